package dev.tidemill.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.Network;
import dev.tidemill.runtime.InvalidSettingsException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class DriftOptionTest {
  private static final Network NETWORK = Network.of(ModelSpec.load("lenet"));

  private static DriftOption at(long sample) {
    return CommandLine.populateCommand(new DriftOption(), "--drift-at=" + sample);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MAX_VALUE, Long.MAX_VALUE - 29_999})
  void refusesASampleThatNoRunHas(long sample) {
    DriftOption option = at(sample);
    assertThatThrownBy(() -> option.check(NETWORK, false))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessageContaining("--drift-at must be from 1 to");
  }

  @Test
  void refusesAChangeBehindTheTrainingSamples() {
    DriftOption option = at(500);
    option.check(NETWORK, false);
    option.checkReached(501);
    assertThatThrownBy(() -> option.checkReached(500))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessageContaining("--drift-at 500 is not below the number of training samples, 500");
    assertThat(option.data(DemoData.defaultFor(NETWORK)).trainSamples()).isEqualTo(30_500);
  }
}
