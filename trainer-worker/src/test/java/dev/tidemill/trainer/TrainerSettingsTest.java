package dev.tidemill.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemill.runtime.InvalidSettingsException;
import dev.tidemill.runtime.Settings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TrainerSettingsTest {

  @Test
  void hasDocumentedDefaults() {
    TrainerSettings settings = TrainerSettings.from("digits", check(Map.of()));
    assertThat(settings.model()).isEqualTo("digits");
    assertThat(settings.worker()).startsWith("trainer-");
    assertThat(settings.epochs()).isZero();
    assertThat(settings.checkpointSamples()).isEqualTo(8192);
    assertThat(settings.checkpointInterval()).isEqualTo(Duration.ofSeconds(10));
    assertThat(settings.checkpointKeep()).isEqualTo(10);
    assertThat(settings.checkpointChunkBytes()).isEqualTo(524288);
    assertThat(settings.dataGate()).isEqualTo(DataGateMode.OFF);
    assertThat(settings.dataGatePsi()).isEqualTo(0.25);
  }

  @Test
  void reportsAllFaultsTogether() {
    assertThatThrownBy(
            () ->
                check(
                    Map.of(
                        "trainer.epochs",
                        "-1",
                        "checkpoint.interval.samples",
                        "0",
                        "checkpoint.interval.mz",
                        "3",
                        "data.gate",
                        "maybe")))
        .isInstanceOfSatisfying(
            InvalidSettingsException.class, e -> assertThat(e.faults()).hasSize(4))
        .hasMessageContaining("trainer.epochs")
        .hasMessageContaining("checkpoint.interval.samples")
        .hasMessageContaining("did you mean checkpoint.interval.ms");
  }

  @Test
  void retrainingNeedsAnEndlessRun() {
    Settings bounded = check(Map.of("drift.policy", "retrain", "trainer.epochs", "2"));
    assertThatThrownBy(() -> TrainerSettings.from("m", bounded))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessageContaining("set trainer.epochs to 0");
    Settings unwatched = check(Map.of("drift.policy", "retrain", "drift.detector", "none"));
    assertThatThrownBy(() -> TrainerSettings.from("m", unwatched))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessageContaining("name a detector");
    assertThat(TrainerSettings.from("m", check(Map.of("drift.policy", "retrain"))).epochs())
        .isZero();
  }

  private static Settings check(Map<String, String> given) {
    return Settings.check(given, List.of(TrainerSettings.configDef()));
  }
}
