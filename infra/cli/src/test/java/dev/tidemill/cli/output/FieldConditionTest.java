package dev.tidemill.cli.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.schemas.ControlAction;
import dev.tidemill.schemas.ControlCommand;
import dev.tidemill.schemas.ControlEvent;
import dev.tidemill.schemas.OffsetRange;
import dev.tidemill.schemas.Prediction;
import dev.tidemill.schemas.PredictionRequest;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FieldConditionTest {
  private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");

  @ParameterizedTest
  @CsvSource({
    "model_version=3, true",
    "model_version=3.0, true",
    "model_version=30, false",
    "model_version!=3, false",
    "error=null, true",
    "error!=null, false",
    "label_name=a=b, true",
    "created_at=2026-01-31T12:00:00Z, true",
    "outputs=0.25, true",
    "outputs=0.5, false",
    "outputs!=0.5, true"
  })
  void comparesNumbersTextsTimesAndListEntries(String condition, boolean matches) {
    assertThat(matches(prediction(), condition)).isEqualTo(matches);
  }

  @Test
  void findsFieldsInsideOthers() {
    ControlEvent pin =
        new ControlEvent(new ControlCommand("1", "m", ControlAction.PIN, 7L, null, "me", NOW));
    assertThat(matches(pin, "event.action=PIN")).isTrue();
    assertThat(matches(pin, "event.version=8")).isFalse();
    // A field of another kind of event.
    assertThat(matches(pin, "event.accepted=true")).isFalse();

    Checkpoint version = new Checkpoint();
    version.setRanges(
        List.of(new OffsetRange(0, 1, 5L, 0, 9L, 0), new OffsetRange(2, 1, 0L, 0, 1L, 0)));
    assertThat(matches(version, "ranges.partition=2")).isTrue();
    assertThat(matches(version, "ranges.partition=1")).isFalse();

    PredictionRequest request =
        PredictionRequest.newBuilder()
            .setRequestId("r")
            .setValues(Map.of("petal.length", 1.5))
            .setCreatedAt(NOW)
            .build();
    assertThat(matches(request, "values.petal.length=1.5")).isTrue();
    assertThat(matches(request, "values.color=null")).isTrue();
  }

  @Test
  void namesTheFieldsIfOneIsUnknown() {
    assertThatThrownBy(() -> matches(prediction(), "version=3"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a Prediction has no field \"version\"; its fields are request_id,")
        .hasMessageContaining("model_version");
    assertThatThrownBy(() -> matches(prediction(), "label.name=3"))
        .hasMessageContaining("no field \"label.name\"");
    assertThatThrownBy(() -> matches(prediction(), "error"))
        .hasMessage("\"error\" is no condition; write FIELD=VALUE or FIELD!=VALUE");
  }

  private static boolean matches(SpecificRecord record, String condition) {
    return FieldCondition.parse(condition, record.getSchema()).matches(record);
  }

  private static Prediction prediction() {
    return Prediction.newBuilder()
        .setRequestId("r")
        .setModel("m")
        .setModelVersion(3)
        .setVersionAgeMs(10)
        .setLabel(1)
        .setLabelName("a=b")
        .setOutputs(List.of(0.25f, 0.75f))
        .setQueuedUs(1)
        .setComputedUs(1)
        .setBatchSize(1)
        .setRequestedAt(NOW)
        .setCreatedAt(NOW)
        .setWorker("w")
        .build();
  }
}
