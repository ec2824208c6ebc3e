package dev.tidemill.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemill.schemas.Checkpoint;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ModelSlotTest {
  private final LinearEngine engine = new LinearEngine();
  private final ModelSlot slot = new ModelSlot(3);

  @Test
  void freesModelsOfSomeThreadsIfSharingFailsForAnother() {
    engine.sharesLeft.set(1);
    assertThatThrownBy(() -> load(1)).isInstanceOf(UnservableVersionException.class);
    assertThat(engine.closed)
        .as("the first model, and the one that shares its parameters")
        .hasValue(2);

    engine.sharesLeft.set(2);
    load(2);
    assertThat(slot.loaded(2).version()).isEqualTo(2);
    slot.close();
    assertThat(engine.closed).hasValue(5);
  }

  private void load(long version) {
    Checkpoint manifest =
        Checkpoint.newBuilder()
            .setModel("m")
            .setVersion(version)
            .setParent(null)
            .setSpec(Versions.SPEC.toYaml())
            .setEngine("linear")
            .setTopic("batches")
            .setRanges(List.of())
            .setPositions(List.of())
            .setSteps(0)
            .setSamples(0)
            .setPayload(null)
            .setCreatedAt(Instant.EPOCH)
            .build();
    slot.load(manifest, null, Versions.state(Versions.SPEC, version), engine, 4);
  }
}
