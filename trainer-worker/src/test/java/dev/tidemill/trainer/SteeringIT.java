package dev.tidemill.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tidemill.checkpoints.Lineage;
import dev.tidemill.runtime.Health;
import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.schemas.ControlAction;
import dev.tidemill.schemas.ControlCommand;
import dev.tidemill.schemas.ControlEvent;
import dev.tidemill.schemas.ControlOutcome;
import dev.tidemill.schemas.TrainerPhase;
import dev.tidemill.testbed.ChildJvm;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.TopicReader;
import dev.tidemill.testbed.UniqueName;
import dev.tidemill.testbed.WithKafka;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Operators steer a running trainer. */
@WithKafka
class SteeringIT {
  /** A version for each step. */
  private static final String[] EAGER = {"checkpoint.interval.samples", "8"};

  private final KafkaCluster kafka;

  SteeringIT(KafkaCluster kafka) {
    this.kafka = kafka;
  }

  private ModelTopics topics() {
    return ModelTopics.create(kafka.bootstrapServers(), 1);
  }

  @Test
  void pausesUntilResumed() throws Exception {
    ModelTopics on = topics();
    on.send(1, 0, 8);
    try (TestTrainer trainer = TestTrainer.start(on, EAGER);
        Operator operator = new Operator(on)) {
      trainer.awaitVersion(1);
      ControlOutcome paused = operator.outcomeOf(operator.control.pause());
      assertThat(paused.getAccepted()).isTrue();
      assertThat(paused.getMessage()).startsWith("training is paused (by ");
      Health health = trainer.worker.health();
      assertThat(health.state()).isEqualTo(Health.State.READY);
      assertThat(health.detail()).isEqualTo(paused.getMessage());
      assertThat(trainer.progress.get(trainer.progress.size() - 1).getPhase())
          .isEqualTo(TrainerPhase.WAITING);

      on.send(2, 0, 8, 8);
      ControlOutcome again = operator.outcomeOf(operator.control.pause());
      assertThat(again.getAccepted()).isTrue();
      assertThat(trainer.checkpoints).hasSize(1);
      ControlCommand resume = operator.control.resume();
      assertThat(operator.outcomeOf(resume).getMessage()).startsWith("training continues");
      trainer.awaitVersion(3);
      assertThat(trainer.worker.health().detail()).startsWith("trains model");
      assertThat(operator.outcomesOf(resume)).hasSize(1);
      assertThat(operator.outcomeOf(operator.control.resume()).getMessage())
          .isEqualTo("training was not paused");
    }
    assertThat(on.newest().getSamples()).isEqualTo(24);
    assertThat(on.lineage().verify()).isEmpty();
  }

  @Test
  void pauseSurvivesTakeOverAndBoundedRunDoesNotEnd() throws Exception {
    ModelTopics on = topics();
    on.send(1, 0, ModelTopics.sizes(30, 13));
    String[] run = {"trainer.epochs", "2", "checkpoint.interval.samples", "50"};
    try (Operator operator = new Operator(on)) {
      LinearEngine slow = new LinearEngine(new Pace(20));
      try (TestTrainer leader = TestTrainer.start(on, LinearEngine.spec(), slow, run)) {
        leader.awaitVersion(1);
        ControlCommand pause = operator.control.pause();
        assertThat(operator.outcomeOf(pause).getAccepted()).isTrue();
        try (TestTrainer standBy = TestTrainer.start(on, run)) {
          standBy.awaitState(Health.State.STANDBY);
          leader.worker.close();
          assertThat(on.newest().getSamples()).isLessThan(2 * 30 * 13);

          standBy.awaitState(Health.State.READY);
          assertThat(standBy.worker.health().detail()).startsWith("training is paused (by ");
          ControlOutcome resumed = operator.outcomeOf(operator.control.resume());
          assertThat(resumed.getMessage()).startsWith("training continues");
          // The new leader obeyed the pause, but did not answer it again.
          assertThat(operator.outcomesOf(pause)).hasSize(1);
          standBy.finished();
        }
      }
    }
    assertThat(on.newest().getSamples()).isEqualTo(2 * 30 * 13);
    assertThat(on.lineage().verify()).isEmpty();
    assertThat(on.payloadFaults()).isEmpty();
  }

  @Test
  void publishesAVersionOnCommand() throws Exception {
    ModelTopics on = topics();
    on.send(1, 0, 20);
    try (TestTrainer trainer = TestTrainer.start(on);
        Operator operator = new Operator(on)) {
      trainer.awaitSteps(2);
      ControlOutcome published = operator.outcomeOf(operator.control.checkpoint());
      assertThat(published.getMessage()).isEqualTo("published version 1");
      assertThat(published.getAccepted()).isTrue();
      assertThat(on.newest().getSamples()).isEqualTo(16);
      ControlOutcome nothing = operator.outcomeOf(operator.control.checkpoint());
      assertThat(nothing.getAccepted()).isFalse();
      assertThat(nothing.getMessage()).isEqualTo("no sample was trained since the last version");

      // A paused trainer publishes, too.
      on.send(2, 0, 4);
      trainer.awaitSteps(3);
      assertThat(operator.outcomeOf(operator.control.pause()).getAccepted()).isTrue();
      assertThat(operator.outcomeOf(operator.control.checkpoint()).getMessage())
          .isEqualTo("published version 2");
    }
    assertThat(on.newest().getVersion()).isEqualTo(2);
    assertThat(on.lineage().verify()).isEmpty();
  }

  @Test
  void multipliesTheLearningRateAlsoForTheNextTrainer() throws Exception {
    ModelTopics on = topics();
    on.send(1, 0, 8);
    try (Operator operator = new Operator(on)) {
      try (TestTrainer trainer = TestTrainer.start(on, EAGER)) {
        trainer.awaitVersion(1);
        ControlOutcome changed = operator.outcomeOf(operator.control.learningRate(0.5));
        assertThat(changed.getAccepted()).isTrue();
        assertThat(changed.getMessage())
            .startsWith("the learning rate is 0.025")
            .endsWith("times 0.5");
        assertThat(operator.outcomeOf(learningRate(on, Double.NaN)).getAccepted()).isFalse();
        assertThat(operator.outcomeOf(learningRate(on, 1000.5)).getMessage())
            .isEqualTo("a factor of the learning rate is above 0 and at most 1000, not 1000.5");
        on.send(2, 0, 8);
        trainer.awaitVersion(2);
      }
      assertThat(on.newest().getChanges()).singleElement().asString().contains("1.0 -> 0.5 (by ");
      assertThat(on.state(on.newest()).learningRateFactor()).isEqualTo(0.5);

      on.send(3, 0, 8);
      try (TestTrainer next = TestTrainer.start(on, EAGER)) {
        next.awaitVersion(3);
        // It holds, and is no change any more.
        assertThat(on.newest().getChanges()).isEmpty();
        assertThat(operator.outcomeOf(operator.control.pause()).getAccepted()).isTrue();
        assertThat(next.progress.get(next.progress.size() - 1).getLearningRate())
            .isCloseTo(0.025, within(1e-6));
      }
      ControlCommand back = operator.control.learningRate(1);
      on.send(4, 0, 8);
      try (TestTrainer last = TestTrainer.start(on, EAGER)) {
        Object unused = operator.control.resume();
        last.awaitVersion(4);
        assertThat(operator.outcomesOf(back)).isEmpty();
      }
      assertThat(on.newest().getChanges()).singleElement().asString().contains("0.5 -> 1.0 (by ");
    }
    assertThat(on.lineage().verify()).isEmpty();
  }

  private static ControlCommand learningRate(ModelTopics on, double factor) throws Exception {
    ControlCommand command =
        ControlCommand.newBuilder()
            .setCommandId(UniqueName.of("c"))
            .setModel(on.model)
            .setAction(ControlAction.LEARNING_RATE)
            .setFactor(factor)
            .setOperator("it")
            .setCreatedAt(Instant.EPOCH)
            .build();
    on.sendAll(
        List.of(on.codec.record(on.topics.control(), new byte[0], new ControlEvent(command))));
    return command;
  }

  @Test
  void rollsBackToTheWeightsOfAnOlderVersion() throws Exception {
    ModelTopics on = topics();
    on.send(1, 0, 8);
    try (TestTrainer trainer = TestTrainer.start(on, "checkpoint.interval.samples", "24");
        Operator operator = new Operator(on)) {
      trainer.awaitSteps(1);
      assertThat(operator.outcomeOf(operator.control.checkpoint()).getAccepted()).isTrue();
      on.send(2, 0, 8, 8, 8);
      trainer.awaitVersion(2);
      // Two steps and an unfinished one since version 2.
      on.send(3, 0, 20);
      trainer.awaitSteps(6);
      assertThat(operator.outcomeOf(operator.control.rollback(9)).getMessage())
          .isEqualTo("has no weights of version 9");
      ControlOutcome rolledBack = operator.outcomeOf(operator.control.rollback(1));
      assertThat(rolledBack.getMessage())
          .isEqualTo("published version 3 with the weights of version 1");
      assertThat(rolledBack.getAccepted()).isTrue();

      Checkpoint third = on.newest();
      assertThat(third.getChanges()).hasSize(2);
      assertThat(third.getChanges().get(0)).startsWith("weights of version 1 (by ");
      assertThat(third.getChanges().get(1))
          .isEqualTo("16 samples of this version do not affect its weights");
      assertThat(third.getSamples()).isEqualTo(48);
      assertThat(third.getSteps()).isEqualTo(6);
      assertSameTensors(on, 1, 3);

      // Again, with nothing trained since: a version without ranges.
      assertThat(operator.outcomeOf(operator.control.rollback(2)).getMessage())
          .isEqualTo("published version 4 with the weights of version 2");
      assertThat(on.newest().getRanges()).isEmpty();
      assertThat(on.newest().getChanges()).hasSize(1);
      assertSameTensors(on, 2, 4);

      on.send(4, 0, 20);
      trainer.awaitVersion(5);
    }
    assertThat(on.newest().getSamples()).isEqualTo(72);
    assertThat(on.lineage().verify()).isEmpty();
    assertThat(on.payloadFaults()).isEmpty();
    assertThat(trainedAgain(on)).isEqualTo(72);
  }

  /** Starts a trainer behind the rollback, which finds that everything was trained. */
  private static long trainedAgain(ModelTopics on) throws Exception {
    TestTrainer.start(on, "trainer.exit.at.end", "true").finished().close();
    return on.newest().getSamples();
  }

  private static void assertSameTensors(ModelTopics on, long older, long newer) {
    Lineage lineage = on.lineage();
    assertThat(on.state(lineage.withPayload(newer).orElseThrow()).data())
        .isEqualTo(on.state(lineage.withPayload(older).orElseThrow()).data());
  }

  @Test
  void deletesAPayloadAheadOfRetention() throws Exception {
    ModelTopics on = topics();
    on.send(1, 0, 8, 8, 8);
    try (TestTrainer trainer = TestTrainer.start(on, EAGER);
        Operator operator = new Operator(on)) {
      trainer.awaitVersion(3);
      ControlOutcome newest = operator.outcomeOf(operator.control.delete(3));
      assertThat(newest.getAccepted()).isFalse();
      assertThat(newest.getMessage())
          .isEqualTo("version 3 is the newest, from which training continues");
      assertThat(operator.outcomeOf(operator.control.pin(2)).getAccepted()).isTrue();
      assertThat(operator.outcomeOf(operator.control.delete(2)).getMessage())
          .isEqualTo("version 2 is pinned; run: tidemill models unpin");
      assertThat(operator.outcomeOf(operator.control.delete(1)).getMessage())
          .isEqualTo("removed the weights of version 1");
      assertThat(on.lineage().withPayload())
          .extracting(Checkpoint::getVersion)
          .containsExactly(2L, 3L);
      assertThat(operator.outcomeOf(operator.control.delete(1)).getMessage())
          .isEqualTo("has no weights of version 1");
      assertThat(operator.outcomeOf(operator.control.rollback(1)).getAccepted()).isFalse();
      on.send(2, 0, 8);
      trainer.awaitVersion(4);
    }
    assertThat(on.newest().getSamples()).isEqualTo(32);
    assertThat(on.lineage().verify()).isEmpty();
    assertThat(on.payloadFaults()).isEmpty();
  }

  /** Killed between command and commit: the rollback did not happen, and nobody said it did. */
  @Test
  void rollbackLosesAndDoublesNothingIfTheTrainerIsKilled() throws Exception {
    ModelTopics on = topics();
    on.send(7, 0, ModelTopics.sizes(30, 13));
    String[] run = {"trainer.epochs", "2", "checkpoint.interval.samples", "50"};
    List<String> arguments = new ArrayList<>(List.of(kafka.bootstrapServers(), on.model, "20"));
    arguments.addAll(List.of(run));
    try (Operator operator = new Operator(on)) {
      ControlCommand rollback;
      try (ChildJvm trainer =
          ChildJvm.start(
              List.of("-Dhold=training continues from the weights"),
              TrainerProcess.class.getName(),
              arguments,
              Map.of())) {
        Object unusedVersion = trainer.waitForLine("version 2 at");
        rollback = operator.control.rollback(1);
        Object unusedNotice = trainer.waitForLine("from the weights of version 1");
        trainer.kill();
      }
      TestTrainer.start(on, run).finished().close();
      assertThat(operator.outcomesOf(rollback)).isEmpty();
    }
    assertThat(TopicReader.committed(kafka.bootstrapServers(), on.topics.checkpoints()))
        .map(record -> on.codec.decode(record, Checkpoint.class))
        .allSatisfy(version -> assertThat(version.getChanges()).isEmpty());
    assertThat(on.newest().getSamples()).isEqualTo(2 * 30 * 13);
    assertThat(on.lineage().verify()).isEmpty();
    assertThat(on.payloadFaults()).isEmpty();
  }

  @Test
  void pauseWrittenWithoutTrainerHoldsForTheNextOne() throws Exception {
    ModelTopics on = topics();
    on.send(1, 0, 8);
    try (Operator operator = new Operator(on)) {
      ControlCommand pause = operator.control.pause();
      try (TestTrainer trainer = TestTrainer.start(on, EAGER)) {
        trainer.awaitState(Health.State.READY);
        assertThat(trainer.worker.health().detail()).startsWith("training is paused (by ");
        assertThat(operator.outcomeOf(operator.control.resume()).getAccepted()).isTrue();
        trainer.awaitVersion(1);
      }
      assertThat(operator.outcomesOf(pause)).isEmpty();
    }
  }
}
