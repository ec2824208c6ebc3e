package dev.tidemill.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.engine.ModelSpec;
import dev.tidemill.runtime.Health;
import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.schemas.ControlCommand;
import dev.tidemill.schemas.ControlOutcome;
import dev.tidemill.schemas.wire.RegistryFormat;
import dev.tidemill.testbed.Eventually;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.WithKafka;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Commands of operators to a trainer that something has gone wrong for. */
@WithKafka
class SteeringFaultsIT {
  private static final String[] EAGER = {"checkpoint.interval.samples", "8"};

  private final KafkaCluster kafka;

  SteeringFaultsIT(KafkaCluster kafka) {
    this.kafka = kafka;
  }

  private ModelTopics topics() {
    return ModelTopics.create(kafka.bootstrapServers(), 1);
  }

  /** A spec with which the second step ends with weights that are not finite. */
  private static ModelSpec fast() {
    return LinearEngine.spec().withOverrides(Map.of("learning-rate", "1e9"));
  }

  /** Regression: reading the metrics of the discarded weights ended the trainer. */
  @Test
  void rollbackRescuesARunWhoseLossIsNotFinite() throws Exception {
    ModelTopics on = topics();
    on.send(1, 0, 8);
    TestTrainer.start(on, "trainer.exit.at.end", "true").finished().close();
    on.send(2, 0, 8, 8, 8);
    try (TestTrainer trainer =
            TestTrainer.start(
                on, fast(), new LinearEngine(), TrainerSettings.METRICS_STEPS, "100");
        Operator operator = new Operator(on)) {
      trainer.awaitSteps(3);
      ControlOutcome outcome = operator.outcomeOf(operator.control.rollback(1));
      assertThat(outcome.getMessage())
          .isEqualTo("published version 2 with the weights of version 1");
    }
    Checkpoint second = on.newest();
    assertThat(second.getVersion()).isEqualTo(2);
    assertThat(second.getSamples()).isEqualTo(32);
    assertThat(second.getChanges())
        .contains(
            "24 samples of this version do not affect its weights",
            "the loss of these samples was not finite");
    assertThat(second.getLoss()).isNull();
    assertThat(second.getAccuracy()).isNull();
    assertThat(on.lineage().verify()).isEmpty();
    assertThat(on.payloadFaults()).isEmpty();
    // The next trainer finds counters that it can read.
    on.send(3, 0, 8);
    TestTrainer.start(on, "trainer.exit.at.end", "true").finished().close();
    assertThat(on.newest().getSamples()).isEqualTo(40);
  }

  /** Regression: a command that a term had begun when training diverged never got an outcome. */
  @Test
  void nextTermAnswersTheCommandsOfADivergedOne() throws Exception {
    ModelTopics on = topics();
    on.send(1, 0, 8);
    TestTrainer.start(on, "trainer.exit.at.end", "true").finished().close();
    on.send(2, 0, 8, 8, 8);
    try (TestTrainer first = TestTrainer.start(on, fast(), new LinearEngine())) {
      assertThat(first.ended().cause()).isInstanceOf(DivergedException.class);
    }
    CountDownLatch endStep = new CountDownLatch(1);
    LinearEngine held =
        new LinearEngine(
            step -> {
              if (step == 3) {
                LostLeadershipIT.awaitUninterruptibly(endStep);
              }
            });
    try (TestTrainer second =
            TestTrainer.start(on, fast(), held, TrainerSettings.METRICS_STEPS, "100");
        Operator operator = new Operator(on)) {
      second.awaitSteps(2);
      ControlCommand checkpoint = operator.control.checkpoint();
      // Its outcome says that the term has read the command before, too.
      Object unused = operator.outcomeOf(operator.control.unpin());
      endStep.countDown();
      Eventually.await()
          .until(() -> second.notices.stream().anyMatch(n -> n.contains("(2 times)")));
      assertThat(operator.outcomesOf(checkpoint)).isEmpty();

      Object unusedCommand = operator.control.learningRate(1e-10);
      assertThat(operator.outcomeOf(checkpoint).getMessage()).isNotEmpty();
      assertThat(operator.outcomesOf(checkpoint)).hasSize(1);
    } finally {
      endStep.countDown();
    }
    assertThat(on.lineage().verify()).isEmpty();
  }

  /** Regression: a command during an outage of the schema registry ended the trainer. */
  @Test
  void answersOnceTheRegistryIsBack() throws Exception {
    ModelTopics plain = topics();
    CheckpointSchemas registry =
        new CheckpointSchemas(plain.topics.control(), CheckpointSchemas.Fault.UNAVAILABLE);
    registry.repair();
    try (Operator operator = new Operator(withRegistry(plain, registry))) {
      ControlCommand pause = operator.control.pause();
      assertThat(operator.outcomesOf(pause)).isEmpty();
      registry.fail();
      plain.send(1, 0, 8);
      try (TestTrainer trainer = TestTrainer.start(withRegistry(plain, registry), EAGER)) {
        trainer.awaitState(Health.State.DEGRADED);
        ControlCommand resume = operator.control.resume();
        registry.repair();
        assertThat(operator.outcomeOf(resume).getAccepted()).isTrue();
        trainer.awaitVersion(1);
      }
    }
  }

  private static ModelTopics withRegistry(ModelTopics on, CheckpointSchemas registry) {
    return on.writing(new RegistryFormat(registry, Duration.ofSeconds(1)));
  }

  /** A trainer that continues from version 1 changes the factor at the same sample. */
  @Test
  void publishesAVersionWhereTheLearningRateChanges() throws Exception {
    ModelTopics on = topics();
    on.send(1, 0, 8, 8);
    try (TestTrainer trainer = TestTrainer.start(on);
        Operator operator = new Operator(on)) {
      trainer.awaitSteps(2);
      ControlOutcome outcome = operator.outcomeOf(operator.control.learningRate(0.5));
      assertThat(outcome.getMessage())
          .isEqualTo(
              "published version 1, from which on the learning rate is the schedule's times 0.5");
      Checkpoint first = on.newest();
      assertThat(first.getSamples()).isEqualTo(16);
      assertThat(first.getChanges()).isEmpty();
      assertThat(on.state(first).learningRateFactor()).isEqualTo(1);
      ControlOutcome same = operator.outcomeOf(operator.control.learningRate(0.5));
      assertThat(same.getMessage()).startsWith("the learning rate is 0.025");
      on.send(2, 0, 8);
      trainer.awaitSteps(3);
    }
    assertThat(on.newest().getVersion()).isEqualTo(2);
    assertThat(on.newest().getChanges()).singleElement().asString().contains("1.0 -> 0.5 (by ");
    assertThat(on.state(on.newest()).learningRateFactor()).isEqualTo(0.5);
  }
}
