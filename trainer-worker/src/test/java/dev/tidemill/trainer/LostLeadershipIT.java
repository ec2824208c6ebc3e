package dev.tidemill.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.engine.ModelSpec;
import dev.tidemill.runtime.Health;
import dev.tidemill.runtime.HealthCondition;
import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.testbed.ChildJvm;
import dev.tidemill.testbed.Eventually;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.WithKafka;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.clients.producer.Producer;
import org.junit.jupiter.api.Test;

@WithKafka
class LostLeadershipIT {
  private static final String[] EAGER = {"checkpoint.interval.samples", "8"};

  private final KafkaCluster kafka;

  LostLeadershipIT(KafkaCluster kafka) {
    this.kafka = kafka;
  }

  /** Regression: revoking the partition during a step threw, which killed the trainer. */
  @Test
  void waitsForLongStepBeforeNextTerm() throws Exception {
    ModelTopics on = ModelTopics.create(kafka.bootstrapServers(), 1);
    on.send(1, 0, 8, 8);
    CountDownLatch inStep = new CountDownLatch(1);
    CountDownLatch endStep = new CountDownLatch(1);
    LinearEngine slow =
        new LinearEngine(
            step -> {
              if (step == 1) {
                inStep.countDown();
                awaitUninterruptibly(endStep);
              }
            });
    try (TestTrainer trainer = TestTrainer.start(on, LinearEngine.spec(), slow, EAGER)) {
      inStep.await();
      removeFromGroup(on);
      Eventually.await()
          .until(() -> trainer.notices.stream().anyMatch(n -> n.contains("no longer leads: ")));
      trainer.awaitState(Health.State.DEGRADED);
      assertThat(trainer.worker.health().detail()).contains("former term");
      endStep.countDown();
      trainer.awaitVersion(2);
      trainer.awaitState(Health.State.READY);
    }
    assertThat(on.newest().getSamples()).isEqualTo(16);
    assertThat(on.lineage().verify()).isEmpty();
  }

  /** Regression: the next term restored the model while the abandoned step still wrote to it. */
  @Test
  void startsNoTermWhileAbandonedStepRuns() throws Exception {
    ModelTopics on = ModelTopics.create(kafka.bootstrapServers(), 1);
    on.send(1, 0, 8, 8);
    CountDownLatch fenced = new CountDownLatch(1);
    CountDownLatch endStep = new CountDownLatch(1);
    LinearEngine stuck =
        new LinearEngine(step -> awaitUninterruptibly(step == 0 ? fenced : endStep));
    TrainerTiming patient =
        new TrainerTiming(
            TestTrainer.TIMING.topicCheck(),
            TestTrainer.TIMING.stalled(),
            Duration.ofMinutes(5),
            TestTrainer.TIMING.diverged());
    try (TestTrainer trainer =
        TestTrainer.start(
            on,
            LinearEngine.spec(),
            stuck,
            Optional.empty(),
            TrainerListener.NONE,
            patient,
            EAGER)) {
      Eventually.await().until(() -> startedTerms(trainer) == 1);
      fence(on);
      fenced.countDown();
      Eventually.await()
          .until(() -> trainer.worker.health().detail().contains("has lost the leadership"));
      String closer = trainer.worker.name() + "-closes";
      Eventually.await().until(() -> threads().noneMatch(closer::equals));
      removeFromGroup(on);
      Eventually.await().until(() -> reportsOfFormerTerm(trainer) > 0 || startedTerms(trainer) > 1);
      long reports = reportsOfFormerTerm(trainer);
      Eventually.await()
          .until(() -> reportsOfFormerTerm(trainer) > reports + 20 || startedTerms(trainer) > 1);
      assertThat(startedTerms(trainer)).isEqualTo(1);
      endStep.countDown();
      trainer.awaitVersion(2);
      trainer.awaitState(Health.State.READY);
      assertThat(startedTerms(trainer)).isEqualTo(2);
    } finally {
      endStep.countDown();
    }
    assertThat(on.newest().getSamples()).isEqualTo(16);
    assertThat(on.lineage().verify()).isEmpty();
  }

  @Test
  void hangingStepDegradesTrainerUntilItEnds() throws Exception {
    ModelTopics on = ModelTopics.create(kafka.bootstrapServers(), 1);
    on.send(1, 0, 8);
    CountDownLatch endStep = new CountDownLatch(1);
    LinearEngine stuck = new LinearEngine(step -> awaitUninterruptibly(endStep));
    try (TestTrainer trainer =
        TestTrainer.start(
            on,
            LinearEngine.spec(),
            stuck,
            "checkpoint.interval.samples",
            "8",
            "health.timeout.ms",
            "1000")) {
      Eventually.await().until(() -> trainer.worker.health().detail().contains("training stalled"));
      assertThat(trainer.worker.health().state()).isEqualTo(Health.State.DEGRADED);
      endStep.countDown();
      trainer.awaitState(Health.State.READY);
    } finally {
      endStep.countDown();
    }
  }

  @Test
  void metricsReleaseRecordsOfEndedTerm() throws Exception {
    ModelTopics on = ModelTopics.create(kafka.bootstrapServers(), 1);
    on.send(1, 0, 4);
    try (TestTrainer trainer = TestTrainer.start(on, EAGER)) {
      Pattern none = Pattern.compile("tidemill_batches_held_bytes\\{[^}]*\\} 0\\.0");
      Eventually.await()
          .until(
              () -> startedTerms(trainer) == 1 && !none.matcher(trainer.metrics.scrape()).find());
      trainer.worker.close();
      assertThat(trainer.metrics.scrape()).containsPattern(none);
    }
  }

  @Test
  void closeDuringLongStepIsBoundedAndReported() throws Exception {
    ModelTopics on = ModelTopics.create(kafka.bootstrapServers(), 1);
    on.send(1, 0, 8);
    CountDownLatch inStep = new CountDownLatch(1);
    CountDownLatch endStep = new CountDownLatch(1);
    LinearEngine stuck =
        new LinearEngine(
            step -> {
              inStep.countDown();
              awaitUninterruptibly(endStep);
            });
    try (TestTrainer trainer = TestTrainer.start(on, LinearEngine.spec(), stuck, EAGER)) {
      inStep.await();
      Thread closer = new Thread(trainer.worker::close);
      closer.start();
      trainer.awaitState(Health.State.STOPPING);
      closer.join();
      assertThat(trainer.worker.health().state()).isEqualTo(Health.State.FAILED);
      assertThat(trainer.worker.health().cause())
          .isInstanceOf(UnpublishedException.class)
          .hasMessageContaining("what was trained is discarded")
          .hasMessageContaining("did not end within");
    } finally {
      endStep.countDown();
    }
    assertThat(on.newestVersion()).isZero();
  }

  @Test
  void nextLeadersPauseAfterDivergence() throws Exception {
    ModelTopics on = ModelTopics.create(kafka.bootstrapServers(), 1);
    on.send(1, 0, 8);
    TestTrainer.start(on, "trainer.exit.at.end", "true").finished().close();
    on.send(2, 0, 8, 8, 8);
    ModelSpec fast = LinearEngine.spec().withOverrides(Map.of("learning-rate", "1e9"));
    try (TestTrainer first = TestTrainer.start(on, fast, new LinearEngine())) {
      assertThat(first.ended().cause()).isInstanceOf(DivergedException.class);
    }
    try (TestTrainer second = TestTrainer.start(on, fast, new LinearEngine())) {
      second.awaitState(Health.State.DEGRADED);
      assertThat(second.worker.health().detail()).contains("training diverged after version 1");
      Eventually.await()
          .until(() -> second.notices.stream().anyMatch(n -> n.contains("(2 times)")));
      assertThat(second.worker.health().state()).isEqualTo(Health.State.DEGRADED);
    }
    // Another spec needs no pause.
    try (TestTrainer third = TestTrainer.start(on, "trainer.exit.at.end", "true").finished()) {
      assertThat(third.notices).noneMatch(n -> n.contains("diverged"));
    }
    assertThat(on.newest().getSamples()).isEqualTo(32);
    assertThat(on.lineage().verify()).isEmpty();
  }

  /** Stops the leader with SIGSTOP for longer than its session timeout. */
  @Test
  void suspendedLeaderResumesFenced() throws Exception {
    ModelTopics on = ModelTopics.create(kafka.bootstrapServers(), 1);
    int records = 300;
    on.send(1, 0, ModelTopics.sizes(records, 8));
    List<String> arguments =
        List.of(
            kafka.bootstrapServers(),
            on.model,
            "50",
            "checkpoint.interval.samples",
            "24",
            "trainer.epochs",
            "1");
    try (ChildJvm zombie = ChildJvm.start(TrainerProcess.class.getName(), arguments, Map.of())) {
      Object unused = zombie.waitForLine("version [3-9]");
      try (TestTrainer standBy =
          TestTrainer.start(
              on,
              LinearEngine.spec(),
              new LinearEngine(new Pace(20)),
              "checkpoint.interval.samples",
              "24",
              "trainer.epochs",
              "1")) {
        standBy.awaitState(Health.State.STANDBY);
        zombie.signal("STOP");
        Eventually.await().until(() -> !standBy.checkpoints.isEmpty());
        zombie.signal("CONT");
        unused = zombie.waitForLine("no longer leads|has taken over");
        standBy.finished();
        assertThat(standBy.notices).anyMatch(n -> n.contains("continues from version"));
      }
      assertThat(zombie.awaitExit(Duration.ofMinutes(2))).isBetween(0, 1);
    }
    Checkpoint newest = on.newest();
    assertThat(newest.getSamples()).isEqualTo(records * 8L);
    assertThat(newest.getPositions().get(0).getOffset()).isEqualTo(records);
    assertThat(on.lineage().verify()).isEmpty();
    assertThat(on.payloadFaults()).isEmpty();
  }

  private static long startedTerms(TestTrainer trainer) {
    return trainer.notices.stream().filter(n -> n.contains("starts training model")).count();
  }

  private static long reportsOfFormerTerm(TestTrainer trainer) {
    return trainer.worker.health().conditions().stream()
        .filter(condition -> condition.name().equals("former term"))
        .mapToLong(HealthCondition::count)
        .sum();
  }

  private static Stream<String> threads() {
    return Thread.getAllStackTraces().keySet().stream().map(Thread::getName);
  }

  /** Fences the leader as a newer trainer does. */
  private static void fence(ModelTopics on) {
    String id = "tidemill-" + on.model + "-trainer";
    try (Producer<byte[], byte[]> newer = on.clients.transactionalProducer("it-newer", id)) {
      newer.initTransactions();
    }
  }

  private static void removeFromGroup(ModelTopics on) throws Exception {
    try (Admin admin = on.clients.admin("it-lead")) {
      Object unused =
          admin
              .removeMembersFromConsumerGroup(
                  "tidemill-" + on.model + "-lead", new RemoveMembersFromConsumerGroupOptions())
              .all()
              .get();
    }
  }

  static void awaitUninterruptibly(CountDownLatch latch) {
    boolean interrupted = false;
    while (latch.getCount() > 0) {
      try {
        latch.await();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
