package dev.tidemill.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.messaging.TopicAdmin;
import dev.tidemill.messaging.TopicPlan;
import dev.tidemill.runtime.Health;
import dev.tidemill.schemas.ControlCommand;
import dev.tidemill.schemas.ControlEvent;
import dev.tidemill.schemas.ControlOutcome;
import dev.tidemill.schemas.DriftEvent;
import dev.tidemill.schemas.DriftSignal;
import dev.tidemill.schemas.Label;
import dev.tidemill.schemas.LabelPosition;
import dev.tidemill.schemas.Prediction;
import dev.tidemill.testbed.ChildJvm;
import dev.tidemill.testbed.Eventually;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.TopicReader;
import dev.tidemill.testbed.WithKafka;
import dev.tidemill.trainer.labels.LabelDuty;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntPredicate;
import java.util.function.IntToLongFunction;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/** The batches stay the same, but served answers become wrong, as labels say later. */
@WithKafka
class DelayedDriftIT {
  /** The answers are wrong from this request on. */
  private static final int CHANGE = 1000;

  private static final int AFTER = 300;

  /** ADWIN's buckets of a few dozen labels hide where exactly a change began. */
  private static final int ESTIMATE = 64;

  private static final String DRIFT = "drift: the error by delayed labels rose";

  /** So that only the number of samples decides where a version ends. */
  private static final String[] BY_SAMPLES = {
    "checkpoint.interval.samples", "1000", "checkpoint.interval.ms", "3600000"
  };

  private final KafkaCluster kafka;
  private final ModelTopics on;

  DelayedDriftIT(KafkaCluster kafka) {
    this.kafka = kafka;
    this.on = ModelTopics.create(kafka.bootstrapServers(), 1);
  }

  private static String[] settings(String... more) {
    List<String> all = new ArrayList<>(List.of(BY_SAMPLES));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  private static TestTrainer start(ModelTopics on, String... settings) {
    return TestTrainer.start(on, settings(settings));
  }

  /** Sends the answers to requests, and then their labels: one in ten is wrong, or is right. */
  private void answer(int from, int to, long versionBefore, long versionAfter) throws Exception {
    answer(
        on,
        from,
        to,
        request -> System.currentTimeMillis(),
        request -> request < CHANGE ? versionBefore : versionAfter,
        request -> rarely(request) == request < CHANGE);
  }

  private static boolean rarely(int request) {
    return new Random(request).nextInt(10) == 0;
  }

  private static void answer(
      ModelTopics on,
      int from,
      int to,
      IntToLongFunction times,
      IntToLongFunction versions,
      IntPredicate isWrong)
      throws Exception {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (int request = from; request < to; request++) {
      byte[] key = ("r" + request).getBytes(StandardCharsets.UTF_8);
      records.add(
          at(
              times.applyAsLong(request),
              on.codec.record(
                  on.topics.predictions(),
                  key,
                  prediction(on.model, request, versions.applyAsLong(request)))));
    }
    for (int request = from; request < to; request++) {
      byte[] key = ("r" + request).getBytes(StandardCharsets.UTF_8);
      records.add(
          at(
              times.applyAsLong(request),
              on.codec.record(
                  on.topics.labels(),
                  key,
                  Label.newBuilder()
                      .setRequestId("r" + request)
                      .setLabel(isWrong.test(request) ? 1 : 0)
                      .setCreatedAt(Instant.EPOCH)
                      .build())));
    }
    try (Producer<byte[], byte[]> producer = on.clients.producer("it-labels")) {
      for (ProducerRecord<byte[], byte[]> record : records) {
        Object unused = producer.send(record);
      }
      producer.flush();
    }
  }

  private static ProducerRecord<byte[], byte[]> at(
      long millis, ProducerRecord<byte[], byte[]> record) {
    return new ProducerRecord<>(
        record.topic(), null, millis, record.key(), record.value(), record.headers());
  }

  private static Prediction prediction(String model, int request, long version) {
    return Prediction.newBuilder()
        .setRequestId("r" + request)
        .setModel(model)
        .setModelVersion(version)
        .setVersionAgeMs(0)
        .setLabel(0)
        .setOutputs(List.of(0.8f, 0.1f, 0.1f))
        .setQueuedUs(0)
        .setComputedUs(0)
        .setBatchSize(1)
        .setRequestedAt(Instant.EPOCH)
        .setCreatedAt(Instant.EPOCH)
        .setWorker("w")
        .build();
  }

  private static void awaitScored(TestTrainer trainer, int labels) {
    Pattern scored =
        Pattern.compile(
            "tidemill_trainer_labels\\{[^}]*outcome=\"scored\"[^}]*\\} " + labels + "\\.0");
    Eventually.await().until(() -> scored.matcher(trainer.metrics.scrape()).find());
  }

  private static void awaitNotice(TestTrainer trainer, String begin) {
    Eventually.await()
        .until(() -> trainer.notices.stream().anyMatch(notice -> notice.startsWith(begin)));
  }

  private List<Object> events() {
    return TopicReader.committed(kafka.bootstrapServers(), on.topics.control()).stream()
        .map(record -> on.codec.decode(record, ControlEvent.class).getEvent())
        .toList();
  }

  private <T> List<T> events(Class<T> type) {
    return events().stream().filter(type::isInstance).map(type::cast).toList();
  }

  private void awaitEvent() {
    Eventually.await().until(() -> !events(DriftEvent.class).isEmpty());
  }

  private void assertNamesTheChange(DriftEvent drift) {
    assertThat(drift.getSignal()).isEqualTo(DriftSignal.DELAYED);
    assertThat(drift.getDetector()).isEqualTo("adwin");
    assertThat(drift.getTopic()).isEqualTo(on.topics.labels());
    assertThat(drift.getPartition()).isZero();
    assertThat(drift.getOffset()).isBetween((long) CHANGE - ESTIMATE, (long) CHANGE + ESTIMATE);
    assertThat(drift.getBefore()).isBetween(0.05, 0.15);
    assertThat(drift.getAfter()).isBetween(0.6, 1.0);
    assertThat(drift.getDelayed().getLabels()).isBetween(1L, (long) AFTER);
    assertThat(drift.getDelayed().getRead())
        .singleElement()
        .extracting(LabelPosition::getOffset)
        // Labels that were read before their prediction are behind the last comparison.
        .satisfies(offset -> assertThat(offset).isBetween((long) CHANGE, (long) CHANGE + AFTER));
  }

  @Test
  void reportsAChangeWithTheNextVersionAndNoneBefore() throws Exception {
    on.send(1, 0, ModelTopics.sizes(10, 100));
    try (TestTrainer trainer = start(on)) {
      trainer.awaitVersion(1);
      answer(0, CHANGE, 1, 1);
      awaitScored(trainer, CHANGE);
      assertThat(events(DriftEvent.class)).isEmpty();
      on.send(2, 0, 104);
      trainer.awaitSteps(125 + 13);
      answer(CHANGE, CHANGE + AFTER, 1, 1);
      awaitNotice(trainer, DRIFT);
      assertThat(events(DriftEvent.class)).isEmpty();
      on.send(3, 0, 1000);
      trainer.awaitVersion(2);
      assertThat(trainer.metrics.scrape())
          .containsPattern("tidemill_drift_events_total\\{[^}]*signal=\"delayed\"[^}]*\\} 1\\.0");
      assertThat(trainer.worker.health().state()).isEqualTo(Health.State.READY);
    }
    DriftEvent drift = events(DriftEvent.class).get(0);
    assertThat(events(DriftEvent.class)).hasSize(1);
    assertNamesTheChange(drift);
    assertThat(drift.getVersion()).isEqualTo(2);
    assertThat(drift.getDetected()).isBetween(1000L, 1104L);
    assertThat(drift.getDelayed().getAnsweredBy()).isEqualTo(1);
    assertThat(on.lineage().verify()).isEmpty();
    assertThat(on.newest().getVersion()).isEqualTo(3);
  }

  /**
   * A better version answers from some time on. A consumer passes on one partition after the other,
   * so without care the bad answers of one come after the good ones of another.
   */
  @Test
  void reportsNoDriftWhileModelImproves() throws Exception {
    learns(1);
  }

  /** Timestamps do not tell the order of what was sent in bulk. */
  @Test
  void reportsNoDriftWhileModelImprovesWithinOneMillisecond() throws Exception {
    learns(0);
  }

  private void learns(long millisBetween) throws Exception {
    long first = System.currentTimeMillis() - Duration.ofMinutes(1).toMillis();
    ModelTopics three = ModelTopics.create(kafka.bootstrapServers(), 1, 3);
    int learned = 1200;
    int all = 4800;
    answer(
        three,
        0,
        all,
        request -> first + millisBetween * request,
        request -> request < learned ? 1 : 2,
        request -> request < learned && !rarely(request));
    three.send(1, 0, ModelTopics.sizes(10, 100));
    try (TestTrainer trainer = start(three)) {
      trainer.awaitVersion(1);
      awaitScored(trainer, all);
      three.send(2, 0, 1000);
      trainer.awaitVersion(2);
      assertThat(trainer.notices).noneMatch(notice -> notice.startsWith("drift"));
    }
  }

  /**
   * No batch arrives any more, and the trainer is killed before and after it reports the change.
   */
  @Test
  void anIdleTrainerReportsAChangeOnceWithoutAVersionAfterTwoKills() throws Exception {
    on.send(1, 0, ModelTopics.sizes(10, 100));
    try (ChildJvm first = process("-Dhold=" + DRIFT)) {
      Object unused = first.waitForLine("version 1 at");
      answer(0, CHANGE + AFTER, 1, 1);
      unused = first.waitForLine(DRIFT);
      first.kill();
    }
    assertThat(events(DriftEvent.class)).isEmpty();
    try (ChildJvm second = process("-Dhold=none")) {
      awaitEvent();
      second.kill();
    }
    try (TestTrainer third = start(on)) {
      answer(CHANGE + AFTER, CHANGE + 2 * AFTER, 1, 1);
      awaitScored(third, CHANGE + 2 * AFTER);
      assertThat(third.notices).noneMatch(notice -> notice.startsWith(DRIFT));
      on.send(2, 0, 1000);
      third.awaitVersion(2);
    }
    // The version's payload continues after the event, too.
    try (TestTrainer fourth = start(on)) {
      awaitScored(fourth, CHANGE + 2 * AFTER);
      on.send(3, 0, 1000);
      fourth.awaitVersion(3);
    }
    assertThat(events(DriftEvent.class)).hasSize(1);
    DriftEvent drift = events(DriftEvent.class).get(0);
    assertNamesTheChange(drift);
    assertThat(drift.getVersion()).isEqualTo(1);
    assertThat(on.lineage().verify()).isEmpty();
  }

  private ChildJvm process(String option, String... more) {
    List<String> arguments = new ArrayList<>(List.of(kafka.bootstrapServers(), on.model, "0"));
    arguments.addAll(List.of(settings(more)));
    return ChildJvm.start(List.of(option), TrainerProcess.class.getName(), arguments, Map.of());
  }

  @Test
  void anIdleTrainerRollsBackToTheVersionThatAnsweredBefore() throws Exception {
    on.send(1, 0, ModelTopics.sizes(40, 100));
    try (TestTrainer trainer = start(on, "drift.policy", "rollback")) {
      trainer.awaitVersion(4);
      answer(0, CHANGE + AFTER, 2, 3);
      Eventually.await().until(() -> !events(ControlOutcome.class).isEmpty());
    }
    assertThat(events(ControlCommand.class))
        .singleElement()
        .extracting(ControlCommand::getVersion)
        .isEqualTo(2L);
    DriftEvent drift = events(DriftEvent.class).get(0);
    assertThat(drift.getAction()).isEqualTo("rolls back to version 2");
    assertThat(drift.getVersion()).isEqualTo(4);
    assertThat(drift.getDelayed().getAnsweredBy()).isEqualTo(2);
    assertThat(events(ControlOutcome.class).get(0).getMessage())
        .isEqualTo("published version 5 with the weights of version 2");
    assertThat(on.lineage().verify()).isEmpty();
    assertThat(on.payloadFaults()).isEmpty();
  }

  @Test
  void anIdleTrainerWithTheWeightsFromBeforeDoesNotRollBack() throws Exception {
    on.send(1, 0, ModelTopics.sizes(10, 100));
    try (TestTrainer trainer = start(on, "drift.policy", "rollback")) {
      trainer.awaitVersion(1);
      answer(0, CHANGE + AFTER, 1, 1);
      awaitEvent();
    }
    assertThat(events(DriftEvent.class))
        .singleElement()
        .extracting(DriftEvent::getAction)
        .asString()
        .startsWith("there is nothing to roll back: training has the weights of version 1");
    assertThat(events(ControlCommand.class)).isEmpty();
    assertThat(on.newest().getVersion()).isEqualTo(1);
  }

  /** Killed after the event and before a version that contains the boost. */
  @Test
  void aBoostThatAnEventNamesBeginsAfterAKill() throws Exception {
    String[] boost = {"drift.policy", "boost"};
    on.send(1, 0, ModelTopics.sizes(10, 100));
    try (ChildJvm first = process("-Dhold=none", boost)) {
      Object unused = first.waitForLine("version 1 at");
      answer(0, CHANGE + AFTER, 1, 1);
      awaitEvent();
      first.kill();
    }
    on.send(2, 0, 1000);
    try (TestTrainer second = start(on, boost)) {
      second.awaitVersion(2);
      assertThat(second.notices)
          .filteredOn(notice -> notice.startsWith("learning rate factor: 1.0 -> 3.0"))
          .hasSize(1);
    }
    assertThat(on.state(on.newest()).learningRateFactor()).isEqualTo(1 + 2 * 1000 / 2500.0);
    assertThat(events(DriftEvent.class)).hasSize(1);
    assertThat(events(DriftEvent.class).get(0).getAction())
        .isEqualTo("the learning rate is multiplied by up to 3.0 for 10,000 samples");
  }

  @Test
  void trainsWithoutTheTopicOfLabelsAndFollowsItOnceItExists() throws Exception {
    delete(on.topics.labels());
    on.send(1, 0, ModelTopics.sizes(10, 100));
    try (TestTrainer trainer = start(on)) {
      trainer.awaitVersion(1);
      assertThat(trainer.worker.health().state()).isEqualTo(Health.State.READY);
      create();
      answer(0, CHANGE, 1, 1);
      awaitScored(trainer, CHANGE);
      assertThat(trainer.worker.health().state()).isEqualTo(Health.State.READY);

      delete(on.topics.labels());
      trainer.awaitState(Health.State.DEGRADED);
      assertThat(trainer.worker.health().conditions())
          .singleElement()
          .asString()
          .contains(LabelDuty.CONDITION)
          .contains("topics create");
      on.send(2, 0, 1000);
      trainer.awaitVersion(2);
      create();
      trainer.awaitState(Health.State.READY);
    }
    assertThat(events(DriftEvent.class)).isEmpty();
  }

  private void delete(String topic) throws Exception {
    try (Admin admin = on.clients.admin("it-delete-topic")) {
      Object unused = admin.deleteTopics(List.of(topic)).all().get();
    }
  }

  private void create() {
    try (TopicAdmin admin = new TopicAdmin(on.clients, "it")) {
      Eventually.await()
          .ignoreExceptions()
          .until(
              () ->
                  !admin
                      .create(on.topics, new TopicPlan(1, 1, TopicPlan.BROKERS_DEFAULT))
                      .isEmpty());
    }
  }
}
