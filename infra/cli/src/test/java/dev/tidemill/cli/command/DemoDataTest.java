package dev.tidemill.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.Network;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DemoDataTest {
  @ParameterizedTest
  @CsvSource({"lenet,digits", "resnet,digits", "lstm,waves", "transformer,sentences"})
  void choosesDataThatFitsTheNetwork(String spec, String source) {
    assertThat(DemoData.defaultFor(Network.of(ModelSpec.load(spec))).source()).isEqualTo(source);
  }
}
