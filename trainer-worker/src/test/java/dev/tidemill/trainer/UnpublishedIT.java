package dev.tidemill.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.runtime.Health;
import dev.tidemill.schemas.wire.RegistryFormat;
import dev.tidemill.schemas.wire.SchemaRejectedException;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.WithKafka;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** How a trainer ends that cannot publish what it has trained. */
@WithKafka
class UnpublishedIT {
  private static final String[] EAGER = {"checkpoint.interval.samples", "8"};

  private final KafkaCluster kafka;

  UnpublishedIT(KafkaCluster kafka) {
    this.kafka = kafka;
  }

  /** Regression: the trainer trained on for ever, healthy, and published nothing. */
  @Test
  void endsIfTheRegistryRejectsTheSchema() throws Exception {
    ModelTopics on = ModelTopics.create(kafka.bootstrapServers(), 1);
    on.send(1, 0, 8);
    try (TestTrainer trainer =
        TestTrainer.start(withFault(on, CheckpointSchemas.Fault.REJECTED), EAGER)) {
      Health end = trainer.ended();
      assertThat(end.state()).isEqualTo(Health.State.FAILED);
      assertThat(end.cause())
          .isInstanceOf(SchemaRejectedException.class)
          .hasMessageContaining("a field of " + on.topics.checkpoints() + "-value was removed");
    }
    assertThat(on.newestVersion()).isZero();
  }

  /** Regression: what was trained was discarded without a word, and the exit status was clean. */
  @Test
  void reportsDiscardedTrainingIfStoppedDuringARegistryOutage() throws Exception {
    ModelTopics on = ModelTopics.create(kafka.bootstrapServers(), 1);
    on.send(1, 0, 8);
    try (TestTrainer trainer =
        TestTrainer.start(withFault(on, CheckpointSchemas.Fault.UNAVAILABLE), EAGER)) {
      trainer.awaitSteps(1);
      trainer.worker.close();
      assertThat(trainer.worker.health().state()).isEqualTo(Health.State.FAILED);
      assertThat(trainer.worker.health().cause())
          .isInstanceOf(UnpublishedException.class)
          .hasMessageContaining("what was trained is discarded");
    }
    assertThat(on.newestVersion()).isZero();
  }

  /** Regression: the interruption of a producer's close hid why training was discarded. */
  @Test
  void reportsDiscardedTrainingIfStoppedDuringABrokerOutage() throws Exception {
    TestTrainer trainer;
    try (KafkaCluster own = KafkaCluster.embedded(1)) {
      ModelTopics on = ModelTopics.create(own.bootstrapServers(), 1);
      on.send(1, 0, 8);
      // While the trainer closes, it sends a progress event that no broker takes.
      trainer = TestTrainer.start(on, "progress.interval.ms", "1");
      trainer.awaitSteps(1);
    }
    try (trainer) {
      trainer.worker.close();
      assertThat(trainer.worker.health().state()).isEqualTo(Health.State.FAILED);
      assertThat(trainer.worker.health().cause())
          .isInstanceOf(UnpublishedException.class)
          .hasMessageContaining("what was trained is discarded");
    }
  }

  /** Regression: a signal that arrived before the failed term had ended hid its failure. */
  @Test
  void reportsFailureOfATermThatHasNotEndedYet() throws Exception {
    ModelTopics on = ModelTopics.create(kafka.bootstrapServers(), 1);
    on.send(1, 0, 8, 8);
    CountDownLatch endStep = new CountDownLatch(1);
    LinearEngine stuck =
        new LinearEngine(
            step -> {
              if (step == 1) {
                LostLeadershipIT.awaitUninterruptibly(endStep);
              }
            });
    try (TestTrainer trainer =
        TestTrainer.start(
            withFault(on, CheckpointSchemas.Fault.REJECTED), LinearEngine.spec(), stuck, EAGER)) {
      trainer.awaitState(Health.State.FAILED);
      Thread closer = new Thread(trainer.worker::close);
      closer.start();
      endStep.countDown();
      closer.join();
      assertThat(trainer.worker.health().state()).isEqualTo(Health.State.FAILED);
      assertThat(trainer.worker.health().cause())
          .isInstanceOf(SchemaRejectedException.class)
          .hasMessageContaining("a field of " + on.topics.checkpoints() + "-value was removed");
    } finally {
      endStep.countDown();
    }
  }

  private static ModelTopics withFault(ModelTopics on, CheckpointSchemas.Fault fault) {
    return on.writing(
        new RegistryFormat(new CheckpointSchemas(on.topics, fault), Duration.ofSeconds(10)));
  }
}
