package dev.tidemill.trainer.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemill.evaluation.drift.DetectorKind;
import dev.tidemill.runtime.InvalidSettingsException;
import dev.tidemill.runtime.Settings;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.junit.jupiter.api.Test;

class DriftSettingsTest {
  private static DriftSettings settings(Map<String, String> given) {
    return DriftSettings.from(
        Settings.check(given, List.of(DriftSettings.define(new ConfigDef()))));
  }

  @Test
  void announcesWhatAdwinFindsByDefault() {
    DriftSettings settings = settings(Map.of());
    assertThat(settings.detector()).contains(DetectorKind.ADWIN);
    assertThat(settings.policy()).isEqualTo(DriftPolicy.ANNOUNCE);
    assertThat(settings(Map.of("drift.detector", "none")).detector()).isEmpty();
  }

  @Test
  void rejectsAPolicyWithoutADetector() {
    assertThatThrownBy(() -> settings(Map.of("drift.detector", "none", "drift.policy", "rollback")))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessageContaining("drift.policy=rollback does nothing with drift.detector=none");
  }

  @Test
  void rejectsValuesOutOfTheirRange() {
    for (Map.Entry<String, String> wrong :
        List.of(
            Map.entry("drift.detector", "cusum"),
            Map.entry("drift.policy", "panic"),
            Map.entry("drift.boost.factor", "1"),
            Map.entry("drift.boost.factor", "100.1"),
            Map.entry("drift.boost.factor", "NaN"),
            Map.entry("drift.boost.samples", "0"))) {
      assertThatThrownBy(() -> settings(Map.ofEntries(wrong)))
          .as(wrong.toString())
          .isInstanceOf(InvalidSettingsException.class)
          .hasMessageContaining(wrong.getKey());
    }
  }
}
