package dev.tidemill.inference;

import static dev.tidemill.testbed.Eventually.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.messaging.ControlChannel;
import dev.tidemill.schemas.ControlCommand;
import dev.tidemill.schemas.ControlEvent;
import dev.tidemill.schemas.ControlOutcome;
import dev.tidemill.schemas.Prediction;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.TopicReader;
import dev.tidemill.testbed.WithKafka;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@WithKafka
class PinningIT {
  private final LinearEngine engine = new LinearEngine();
  private ServingFixture fixture;
  private ControlChannel operator;

  @BeforeEach
  void makeTopics(KafkaCluster kafka) {
    fixture = ServingFixture.create(kafka.bootstrapServers());
    operator =
        ControlChannel.open(
            fixture.clients, "operator", fixture.codec, fixture.topics.control(), fixture.model);
  }

  @AfterEach
  void close() {
    operator.close();
    fixture.close();
  }

  @Test
  void servesThePinnedVersionUntilItIsUnpinned() throws Exception {
    publish(3);
    try (InferenceWorker worker = fixture.worker("w", engine)) {
      worker.start();
      awaitServing(worker, 3);

      ControlOutcome pinned = outcomeOf(operator.pin(2));
      assertThat(pinned.getAccepted()).isTrue();
      assertThat(pinned.getWorker()).isEqualTo("w");
      assertThat(pinned.getMessage()).isEqualTo("pinned; serving version 2");
      assertThat(worker.servingVersion()).hasValue(2);
      assertThat(worker.health().detail()).isEqualTo("serving version 2 (pinned)");

      fixture.publish(4);
      fixture.ask(1);
      await().until(() -> fixture.predictions().size() == 1);
      assertThat(fixture.predictions()).extracting(Prediction::getModelVersion).containsExactly(2L);

      ControlOutcome unpinned = outcomeOf(operator.unpin());
      assertThat(unpinned.getAccepted()).isTrue();
      assertThat(unpinned.getMessage()).isEqualTo("unpinned; serving version 4");
      assertThat(worker.health().detail()).isEqualTo("serving version 4");
    }
  }

  @Test
  void refusesToPinAnUnservableVersionAndKeepsServing() throws Exception {
    publish(2);
    fixture.publish(3, Versions.SPEC, List.of(new byte[64]), "0".repeat(64));
    try (InferenceWorker worker = fixture.worker("w", engine)) {
      worker.start();
      awaitServing(worker, 2);

      ControlOutcome unknown = outcomeOf(operator.pin(9));
      assertThat(unknown.getAccepted()).isFalse();
      assertThat(unknown.getMessage())
          .isEqualTo("version 9 has no readable payload; serving version 2");

      ControlOutcome corrupt = outcomeOf(operator.pin(3));
      assertThat(corrupt.getAccepted()).isFalse();
      assertThat(corrupt.getMessage()).contains("version 3 is corrupt").endsWith("version 2");

      fixture.publish(4);
      awaitServing(worker, 4);
    }
  }

  @Test
  void startsWithThePinnedVersion() throws Exception {
    publish(3);
    operator.pin(1);
    try (InferenceWorker worker = fixture.worker("w", engine)) {
      worker.start();
      await().until(() -> worker.servingVersion().isPresent());
      assertThat(worker.servingVersion()).hasValue(1);
    }
    assertThat(engine.loads).as("loads no other version first").hasValue(1);
  }

  @Test
  void startsWithTheNewestVersionIfThePinnedOneIsGone() throws Exception {
    publish(3);
    operator.pin(7);
    try (InferenceWorker worker = fixture.worker("w", engine)) {
      worker.start();
      awaitServing(worker, 3);
    }
  }

  private void publish(long versions) throws Exception {
    for (long version = 1; version <= versions; version++) {
      fixture.publish(version);
    }
  }

  private void awaitServing(InferenceWorker worker, long version) {
    await().until(() -> worker.servingVersion().orElse(0) == version);
  }

  private ControlOutcome outcomeOf(ControlCommand command) {
    return await()
        .until(
            () ->
                TopicReader.committed(fixture.bootstrapServers, fixture.topics.control()).stream()
                    .map(record -> fixture.codec.decode(record, ControlEvent.class).getEvent())
                    .filter(ControlOutcome.class::isInstance)
                    .map(ControlOutcome.class::cast)
                    .filter(outcome -> outcome.getCommandId().equals(command.getCommandId()))
                    .toList(),
            outcomes -> !outcomes.isEmpty())
        .get(0);
  }
}
