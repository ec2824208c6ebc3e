package dev.tidemill.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.evaluation.JoinCounts;
import dev.tidemill.evaluation.drift.DetectorKind;
import dev.tidemill.messaging.TopicContract;
import dev.tidemill.messaging.TopicGuard;
import dev.tidemill.messaging.TopicLimits;
import dev.tidemill.messaging.TopicRole;
import dev.tidemill.runtime.HealthMonitor;
import dev.tidemill.schemas.Label;
import dev.tidemill.schemas.Prediction;
import dev.tidemill.testbed.Eventually;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.WithKafka;
import dev.tidemill.trainer.drift.DelayedErrors;
import dev.tidemill.trainer.labels.LabelDuty;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Labels and predictions are read as they were written, whatever happened since. */
@WithKafka
class DelayedLabelsIT {
  private static final Duration OFTEN = Duration.ofMillis(50);

  private final ModelTopics on;
  private final HealthMonitor monitor = new HealthMonitor("it", Clock.systemUTC());
  private final TopicGuard guard;
  private final DelayedErrors errors = new DelayedErrors(DetectorKind.ADWIN, List::of);

  DelayedLabelsIT(KafkaCluster kafka) {
    on = ModelTopics.create(kafka.bootstrapServers(), 1);
    guard =
        TopicGuard.of(
            on.clients,
            new TopicContract(
                TopicRole.TRAINER, on.topics, on.model, kafka.bootstrapServers(), TopicLimits.NONE),
            monitor,
            "it-topics",
            OFTEN);
    guard.require();
  }

  @AfterEach
  void close() {
    guard.close();
  }

  private ProducerRecord<byte[], byte[]> answer(int request, int partition, Instant at) {
    return record(
        on.topics.predictions(),
        partition,
        at,
        Prediction.newBuilder()
            .setRequestId("r" + request)
            .setModel(on.model)
            .setModelVersion(1)
            .setVersionAgeMs(0)
            .setLabel(0)
            .setOutputs(List.of(0.8f, 0.2f))
            .setQueuedUs(0)
            .setComputedUs(0)
            .setBatchSize(1)
            .setRequestedAt(at)
            .setCreatedAt(at)
            .setWorker("w")
            .build());
  }

  private ProducerRecord<byte[], byte[]> label(int request, int partition, Instant at) {
    return record(
        on.topics.labels(),
        partition,
        at,
        Label.newBuilder().setRequestId("r" + request).setLabel(0).setCreatedAt(at).build());
  }

  private ProducerRecord<byte[], byte[]> record(
      String topic, int partition, Instant at, SpecificRecord value) {
    byte[] key = "k".getBytes(StandardCharsets.UTF_8);
    return new ProducerRecord<>(
        topic, partition, at.toEpochMilli(), key, on.codec.record(topic, key, value).value());
  }

  private void send(List<ProducerRecord<byte[], byte[]>> records) {
    try (Producer<byte[], byte[]> producer = on.clients.producer("it-labels")) {
      records.forEach(
          record -> {
            Object unused = producer.send(record);
          });
      producer.flush();
    }
  }

  /** Reads until this number of labels has been handled, one way or the other. */
  private JoinCounts readUntil(long labels, Clock clock) throws Exception {
    LabelDuty duty =
        new LabelDuty(
            "it-labels",
            on.clients,
            on.codec,
            errors,
            guard::optionalTopics,
            monitor,
            OFTEN,
            clock);
    try {
      Eventually.await()
          .until(
              () -> {
                assertThat(guard.doWork()).isTrue();
                assertThat(duty.doWork()).isTrue();
                return errors.counts().scored() + errors.counts().unscored() >= labels;
              });
    } finally {
      duty.onClose();
    }
    return errors.counts();
  }

  /** Regression: without alignment, one topic is read hours ahead, and nothing finds its match. */
  @Test
  void comparesAllLabelsOfALongAbsence() throws Exception {
    Instant begin = Instant.now().minus(Duration.ofHours(3));
    send(List.of(answer(0, 0, begin), label(0, 0, begin)));
    Clock then = Clock.fixed(begin.plusSeconds(2), ZoneOffset.UTC);
    assertThat(readUntil(1, then).scored()).isEqualTo(1);

    int requests = 3600;
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (int request = 1; request < requests; request++) {
      records.add(answer(request, 0, begin.plusSeconds(3L * request)));
      records.add(label(request, 0, begin.plusSeconds(3L * request + 30)));
    }
    send(records);
    assertThat(readUntil(requests, Clock.systemUTC()))
        .isEqualTo(new JoinCounts(requests, 0, 0, 0, 0, 0, 0));
    assertThat(monitor.conditions()).isEmpty();
  }

  @Test
  void readsAddedPartitionsAndGoesOnBehindDeletedLabels() throws Exception {
    Instant now = Instant.now();
    send(List.of(answer(0, 0, now), label(0, 0, now)));
    assertThat(readUntil(1, Clock.systemUTC()).scored()).isEqualTo(1);
    try (Admin admin = on.clients.admin("it-partitions")) {
      Object unused =
          admin
              .createPartitions(
                  Map.of(
                      on.topics.requests(), NewPartitions.increaseTo(2),
                      on.topics.predictions(), NewPartitions.increaseTo(2),
                      on.topics.labels(), NewPartitions.increaseTo(2)))
              .all()
              .get();
    }
    Eventually.await()
        .until(
            () -> {
              assertThat(guard.doWork()).isTrue();
              return guard.optionalTopics().found().values().stream()
                  .allMatch(topic -> topic.partitions() == 2);
            });
    send(List.of(answer(1, 1, now), label(1, 1, now), label(2, 0, now), label(3, 0, now)));
    on.deleteBefore(on.topics.labels(), 0, 2);
    send(List.of(answer(2, 1, now), answer(3, 0, now)));
    // The labels 1 and 3 are new; 0 and 2 were deleted.
    assertThat(readUntil(2, Clock.systemUTC()).scored()).isEqualTo(2);
    assertThat(errors.seen().labels()).containsEntry(0, 3L).containsEntry(1, 1L);
    assertThat(monitor.conditions()).isEmpty();
  }
}
