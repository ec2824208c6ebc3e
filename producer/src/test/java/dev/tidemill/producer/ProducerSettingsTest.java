package dev.tidemill.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemill.contract.LabelMeaning;
import dev.tidemill.producer.requests.RequestSettings;
import dev.tidemill.producer.source.ReadingOrder;
import dev.tidemill.producer.source.SourceOptions;
import dev.tidemill.producer.source.SourceSpec;
import dev.tidemill.producer.source.Window;
import dev.tidemill.runtime.InvalidSettingsException;
import dev.tidemill.runtime.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ProducerSettingsTest {
  @Test
  void everySettingHasADefault() {
    Settings none = check(Map.of());
    DataSettings data = DataSettings.from(none, SourceOptions.FOR_TRAINING);
    assertThat(data.spec()).isEqualTo(SourceSpec.parse("digits"));
    assertThat(data.options()).isEqualTo(SourceOptions.FOR_TRAINING);
    assertThat(data.order()).isEqualTo(ReadingOrder.AS_IS.withSeed(1));
    assertThat(SendSettings.from(none)).isEqualTo(SendSettings.standard(32));
    assertThat(RequestSettings.from(none).timeout()).isEqualTo(Duration.ofSeconds(30));
  }

  @Test
  void defaultPartDependsOnTheUse() {
    Map<String, String> train = Map.of("data.part", "train");
    Map<String, String> test = Map.of("data.part", "test");
    assertThat(readsTestPart(Map.of(), SourceOptions.FOR_TRAINING)).isFalse();
    assertThat(readsTestPart(Map.of(), SourceOptions.FOR_REQUESTS)).isTrue();
    assertThat(readsTestPart(train, SourceOptions.FOR_REQUESTS)).isFalse();
    assertThat(readsTestPart(test, SourceOptions.FOR_TRAINING)).isTrue();
  }

  @Test
  void readsAllSettings() {
    Settings settings =
        check(
            Map.of(
                "data.source", "csv:iris.csv",
                "data.label.column", "species",
                "data.labels", "Class",
                "data.standardize", "true",
                "data.shuffle", "true",
                "data.seed", "9",
                "data.limit", "70",
                "data.cache.dir", "/var/cache/t",
                "send.batch.samples", "8",
                "send.resume", "never"));
    DataSettings data = DataSettings.from(settings, SourceOptions.FOR_TRAINING);
    assertThat(data.spec()).isEqualTo(SourceSpec.parse("csv:iris.csv"));
    assertThat(data.options().labelColumn()).isEqualTo("species");
    assertThat(data.options().derive().labels()).isEqualTo(LabelMeaning.CLASS);
    assertThat(data.options().derive().standardize()).isTrue();
    assertThat(data.order()).isEqualTo(ReadingOrder.AS_IS.shuffled(9).withLimit(70));
    assertThat(data.cacheRoot()).isEqualTo(Path.of("/var/cache/t"));
    assertThat(SendSettings.from(settings).resume()).isEqualTo(SendSettings.Resume.NEVER);
  }

  @Test
  void defaultStrideEqualsTheWindow() {
    assertThat(window(Map.of())).isNull();
    assertThat(window(Map.of("data.window", "32"))).isEqualTo(new Window(32, 32));
    assertThat(window(Map.of("data.stride", "8"))).isEqualTo(new Window(64, 8));
  }

  private static @Nullable Window window(Map<String, String> given) {
    return DataSettings.from(check(given), SourceOptions.FOR_TRAINING).options().window();
  }

  @Test
  void reportsAllInvalidSettingsTogether() {
    assertThatThrownBy(
            () ->
                check(
                    Map.of(
                        "data.source", "cvs:x",
                        "data.mnist.url", "ftp://x",
                        "send.rate", "-1",
                        "send.batch.sample", "3")))
        .asInstanceOf(InstanceOfAssertFactories.type(InvalidSettingsException.class))
        .extracting(InvalidSettingsException::faults)
        .asInstanceOf(InstanceOfAssertFactories.list(String.class))
        .hasSize(4)
        .anySatisfy(fault -> assertThat(fault).contains("cvs:x", "idx:DIR"))
        .anySatisfy(fault -> assertThat(fault).contains("must begin with http"))
        .anySatisfy(fault -> assertThat(fault).contains("send.rate"))
        .anySatisfy(fault -> assertThat(fault).contains("did you mean send.batch.samples"));
  }

  private static boolean readsTestPart(Map<String, String> given, SourceOptions defaults) {
    return DataSettings.from(check(given), defaults).options().readsTestPart();
  }

  private static Settings check(Map<String, String> given) {
    return Settings.check(
        given,
        List.of(DataSettings.configDef(), SendSettings.configDef(), RequestSettings.configDef()));
  }
}
