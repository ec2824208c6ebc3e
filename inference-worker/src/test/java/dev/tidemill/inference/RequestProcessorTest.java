package dev.tidemill.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemill.messaging.DeadLetters;
import dev.tidemill.messaging.FencedException;
import dev.tidemill.messaging.RecordCodec;
import dev.tidemill.messaging.tracing.Tracing;
import dev.tidemill.runtime.HealthMonitor;
import dev.tidemill.runtime.Metrics;
import dev.tidemill.schemas.Prediction;
import dev.tidemill.schemas.PredictionRequest;
import dev.tidemill.schemas.tensor.FloatList;
import dev.tidemill.schemas.tensor.Tensors;
import dev.tidemill.schemas.wire.RegistryFormat;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RequestProcessorTest {
  private static final TopicPartition PARTITION = new TopicPartition("requests", 0);

  private final SlowRegistry registry = new SlowRegistry();
  private final RecordCodec codec =
      new RecordCodec(new RegistryFormat(registry, Duration.ofSeconds(60)));
  private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
  private final ScriptedDelivery delivery = new ScriptedDelivery();
  private final List<Integer> batchSizes = new ArrayList<>();
  private final HealthMonitor monitor = new HealthMonitor("w", Clock.systemUTC());
  private final ServingConditions conditions =
      new ServingConditions(
          monitor, new ServingMetrics(new Metrics("m").worker("w"), () -> 1), Clock.systemUTC());
  private final PartitionAssignment assignment = new PartitionAssignment(consumer);
  private final BlockedPartitions blocked = new BlockedPartitions();
  private final FailureBisection bisection = new FailureBisection(4);
  private final AnswerLimit limit = new AnswerLimit();
  private final MicroBatcher batcher = new MicroBatcher(3, 100, Long.MAX_VALUE);
  private long now = 1;
  private long nanosPerRequest;
  private @Nullable RuntimeException lookupFailure;
  private Runnable whileComputing = () -> {};
  private boolean hasNamesake;
  private final RequestPartitions partitions =
      new RequestPartitions(assignment, blocked, new CommittedPositions(), conditions, () -> now);
  private final RequestProcessor processor =
      new RequestProcessor(
          codec,
          batcher,
          new DeliveryBatchBuilder(
              batcher,
              this::answer,
              new PredictionRecords(
                  "m",
                  "w",
                  "predictions",
                  codec,
                  new DeadLetters(codec, "dead-letters", "w", Clock.systemUTC()),
                  () -> "id",
                  Clock.systemUTC()),
              limit,
              bisection,
              blocked,
              () -> "id",
              Tracing.OFF,
              () -> now),
          limit,
          bisection,
          partitions,
          delivery,
          () -> hasNamesake,
          conditions,
          () -> now);

  private final class CommittedPositions implements PositionInitializer {
    @Override
    public Map<TopicPartition, String> initialize(
        Collection<TopicPartition> partitions, boolean takenOver) {
      RuntimeException failure = lookupFailure;
      lookupFailure = null;
      if (failure != null) {
        throw failure;
      }
      Map<TopicPartition, OffsetAndMetadata> committed = consumer.committed(Set.copyOf(partitions));
      for (TopicPartition partition : partitions) {
        OffsetAndMetadata position = committed.get(partition);
        consumer.seek(partition, position == null ? new OffsetAndMetadata(0) : position);
      }
      return Map.of();
    }

    @Override
    public void truncated(LogTruncationException truncation) {
      throw new AssertionError("nothing is truncated here", truncation);
    }
  }

  @BeforeEach
  void assign() throws Exception {
    consumer.assign(List.of(PARTITION));
    processor.onAssigned(List.of(PARTITION));
    poll();
  }

  @Test
  void deliversAllDueRequestsInOneBatch() throws Exception {
    arrive(0, 7);
    poll();
    assertThat(batchSizes).containsExactly(3, 3);
    assertThat(delivery.committed).containsExactly(6L);
    assertThat(processor.pollTimeout()).isEqualTo(Duration.ofNanos(100));

    now += 100;
    poll();
    assertThat(batchSizes).containsExactly(3, 3, 1);
    assertThat(delivery.committed).containsExactly(6L, 7L);
    assertThat(delivery.answers).isEqualTo(7);
    assertThat(processor.pollTimeout()).isEqualTo(Duration.ofMillis(100));
  }

  @Test
  void sendsALongBatchBeforeAllRequestsAreAnswered() throws Exception {
    nanosPerRequest = TimeUnit.MILLISECONDS.toNanos(200);
    arrive(0, 9);
    poll();
    assertThat(batchSizes).as("half a second has passed").containsExactly(3);
    assertThat(delivery.committed).containsExactly(3L);
    poll();
    poll();
    assertThat(batchSizes).as("as many as fit into half a second").containsExactly(3, 2, 2, 2);
    assertThat(delivery.committed).containsExactly(3L, 7L, 9L);
  }

  @Test
  void rereadsRequestsAfterAFailedDelivery() throws Exception {
    arrive(0, 3);
    poll();
    assertThat(delivery.committed).containsExactly(3L);
    delivery.failures.add(new TimeoutException("no broker"));
    arrive(3, 6);
    poll();
    assertThat(processor.hasRoom()).as("pauses during the backoff").isFalse();
    assertThat(consumer.position(PARTITION)).isEqualTo(6);
    assertThat(monitor.conditions())
        .singleElement()
        .satisfies(
            condition -> {
              assertThat(condition.name()).isEqualTo(ServingConditions.ANSWERS_NOT_COMMITTED);
              assertThat(condition.cause()).contains("no broker");
            });

    consumer.commitSync(Map.of(PARTITION, new OffsetAndMetadata(3)));
    now += TimeUnit.SECONDS.toNanos(1);
    poll();
    assertThat(processor.hasRoom()).isTrue();
    assertThat(delivery.restarts).isEqualTo(2);
    assertThat(consumer.position(PARTITION)).isEqualTo(3);
    arrive(3, 6);
    poll();
    poll();
    assertThat(delivery.committed).containsExactly(3L, 6L);
    assertThat(delivery.answers).isEqualTo(6);
    assertThat(monitor.conditions()).isEmpty();
  }

  @Test
  void bisectsToTheRefusedAnswerAndReportsItToTheCaller() throws Exception {
    delivery.refused = 4;
    arrive(0, 8);
    readAllAgainUntil(() -> delivery.committed.contains(8L));
    assertThat(delivery.errors)
        .containsExactly(
            "the answer cannot be written: " + new InvalidTimestampException("refused"));
    assertThat(delivery.answers).as("with a dead letter").isEqualTo(9);
    assertThat(monitor.conditions()).isEmpty();
  }

  @Test
  void blocksAndRetriesAPartitionWhoseShortestAnswerIsRefused() throws Exception {
    delivery.refused = 4;
    delivery.refusesBriefAnswers = true;
    arrive(0, 8);
    readAllAgainUntil(() -> !monitor.conditions().isEmpty());
    assertThat(monitor.conditions().get(0).name()).isEqualTo("requests-0 blocked");
    assertThat(monitor.conditions().get(0).cause()).contains("refused");
    assertThat(consumer.paused()).containsExactly(PARTITION);
    assertThat(delivery.committed).last().isEqualTo(4L);

    delivery.refused = -1;
    now += TimeUnit.SECONDS.toNanos(1);
    readAllAgainUntil(() -> delivery.committed.contains(8L));
    assertThat(delivery.errors).isEmpty();
    assertThat(monitor.conditions()).isEmpty();
  }

  @Test
  void dropsRequestsOfRevokedPartitions() throws Exception {
    arrive(0, 2);
    poll();
    processor.onRevoked(List.of(PARTITION));
    now += 100;
    poll();
    assertThat(batchSizes).isEmpty();
    assertThat(delivery.answers).isZero();
  }

  @Test
  void dropsAnswersIfPartitionsAreRevokedDuringTheComputation() throws Exception {
    whileComputing = () -> processor.onRevoked(List.of(PARTITION));
    arrive(0, 3);
    poll();
    assertThat(batchSizes).containsExactly(3);
    assertThat(delivery.answers).isZero();
    assertThat(delivery.committed).isEmpty();
  }

  @Test
  void gathersRequestsWhileThereIsNoRoomForAnotherBatch() throws Exception {
    delivery.commits = false;
    arrive(0, 3);
    poll();
    arrive(3, 6);
    poll();
    assertThat(delivery.open).hasSize(2);

    arrive(6, 9);
    poll();
    assertThat(batchSizes).as("the third batch waits for the first").containsExactly(3, 3);
    assertThat(delivery.committed).containsExactly(3L);
    assertThat(processor.pollTimeout()).isZero();
    arrive(9, 15);
    poll();
    assertThat(batchSizes).containsExactly(3, 3, 3, 3, 3);
    assertThat(delivery.open).hasSize(2);
  }

  @Test
  void commitsOpenBatchesBeforePartitionsAreRevoked() throws Exception {
    delivery.commits = false;
    arrive(0, 3);
    poll();
    arrive(3, 6);
    poll();
    processor.onRevoked(List.of(PARTITION));
    assertThat(delivery.committed).containsExactly(3L, 6L);
  }

  @Test
  void retriesABlockedPartitionOnlyAfterItsBatchesAreCommitted() throws Exception {
    delivery.commits = false;
    arrive(0, 3);
    poll();
    partitions.block(PARTITION, "its next request cannot be read");
    now += TimeUnit.SECONDS.toNanos(1);
    poll();
    assertThat(consumer.paused()).as("the batch is not committed yet").isNotEmpty();
    delivery.awaitCommits();
    poll();
    assertThat(consumer.paused()).isEmpty();
    assertThat(consumer.position(PARTITION)).isEqualTo(3);
  }

  @Test
  void unblocksAnAnsweredPartitionEvenIfTheBrokersFailedWhenItWasRetried() throws Exception {
    consumer.updateEndOffsets(Map.of(PARTITION, 100L));
    partitions.block(PARTITION, "its next answer cannot be written");
    lookupFailure = new TimeoutException("no broker");
    now += TimeUnit.SECONDS.toNanos(1);
    poll();
    now += TimeUnit.SECONDS.toNanos(1);
    poll();
    arrive(0, 3);
    poll();
    poll();
    assertThat(batchSizes).as("its first request is retried alone").startsWith(1);
    assertThat(delivery.committed).startsWith(1L);
    assertThat(monitor.conditions()).isEmpty();
  }

  @Test
  void blamesTheRefusedBatchEvenIfItEndsWhileTheNextIsDue() throws Exception {
    delivery.commits = false;
    delivery.commitsWhenAsked = true;
    delivery.refused = 4;
    arrive(0, 8);
    readAllAgainUntil(() -> delivery.committed.contains(8L));
    assertThat(delivery.errors).hasSize(1);
    assertThat(delivery.answers).as("with a dead letter").isEqualTo(9);
  }

  @Test
  void readsAPartitionThatWaitsForASchemaAgainAfterARestart() throws Exception {
    delivery.failures.add(new TimeoutException("no broker"));
    arrive(0, 3);
    arriveBeforeItsSchema(3);
    poll();
    now += TimeUnit.SECONDS.toNanos(1);
    poll();
    assertThat(delivery.restarts).isEqualTo(2);
    assertThat(consumer.paused()).isEmpty();

    arrive(0, 3);
    arriveBeforeItsSchema(3);
    poll();
    assertThat(delivery.committed).containsExactly(3L);
    assertThat(consumer.paused()).as("waits for the schema").containsExactly(PARTITION);

    registry.slowAnswer.complete(PredictionRequest.getClassSchema().toString());
    now += TimeUnit.SECONDS.toNanos(1);
    poll();
    arriveBeforeItsSchema(3);
    poll();
    now += 100;
    poll();
    assertThat(delivery.committed).containsExactly(3L, 4L);
    poll();
    assertThat(monitor.conditions()).isEmpty();
  }

  @Test
  void waitsBeforeItRetriesARefusedAnswerThatPrecedesAnUnknownSchema() throws Exception {
    delivery.refused = 0;
    delivery.refusesBriefAnswers = true;
    for (int i = 0; i < 10 && !isRefusalReported(); i++) {
      arrive(0, 1);
      arriveBeforeItsSchema(1);
      now += 100;
      poll();
      now += 100;
      poll();
    }
    assertThat(isRefusalReported()).isTrue();
    poll();
    assertThat(consumer.paused()).containsExactly(PARTITION);
    assertThat(isRefusalReported()).isTrue();

    delivery.refused = -1;
    now += TimeUnit.SECONDS.toNanos(1);
    poll();
    assertThat(consumer.paused()).isEmpty();
    arrive(0, 1);
    arriveBeforeItsSchema(1);
    poll();
    now += 100;
    poll();
    assertThat(delivery.committed).containsExactly(1L);
    assertThat(delivery.errors).isEmpty();
  }

  private boolean isRefusalReported() {
    return monitor.conditions().stream().anyMatch(c -> c.cause().contains("cannot be written"));
  }

  @Test
  void recoversOnceAnotherWorkerHasAnsweredItsRequests() throws Exception {
    delivery.failures.add(new TimeoutException("no broker"));
    arrive(0, 3);
    poll();
    assertThat(monitor.conditions()).isNotEmpty();
    delivery.failures.clear();
    consumer.commitSync(Map.of(PARTITION, new OffsetAndMetadata(3)));
    consumer.updateEndOffsets(Map.of(PARTITION, 3L));
    now += TimeUnit.SECONDS.toNanos(1);
    poll();
    assertThat(delivery.committed).isEmpty();
    assertThat(monitor.conditions()).isEmpty();
  }

  @Test
  void checksForANamesakeOnlyAfterRejoiningTheGroup() throws Exception {
    loseMembershipAndBeFenced();
    hasNamesake = true; // Its own next membership, which it does not know yet.
    now += TimeUnit.SECONDS.toNanos(1);
    poll();
    hasNamesake = false;
    processor.onAssigned(List.of(PARTITION));
    poll();
    assertThat(delivery.restarts).isEqualTo(2);
    assertThat(processor.hasRoom()).isTrue();
  }

  @Test
  void endsAfterRejoiningIfANamesakeHasTakenOver() throws Exception {
    loseMembershipAndBeFenced();
    hasNamesake = true;
    processor.onAssigned(List.of());
    now += TimeUnit.SECONDS.toNanos(1);
    assertThatThrownBy(this::poll).isInstanceOf(FencedException.class);
  }

  private void loseMembershipAndBeFenced() throws Exception {
    arrive(0, 3);
    delivery.failures.add(new FencedException("worker", "w-0", new RuntimeException("fenced")));
    processor.onLost(List.of(PARTITION));
    poll();
  }

  @Test
  void endsWithoutPermissionToWrite() {
    delivery.failures.add(new TopicAuthorizationException("predictions"));
    arrive(0, 3);
    assertThatThrownBy(this::poll).isInstanceOf(TopicAuthorizationException.class);
  }

  private void poll() throws Exception {
    processor.onRecords(consumer.poll(Duration.ZERO));
  }

  /** Adds the records again after a seek back: a mock consumer forgets polled records. */
  private void readAllAgainUntil(BooleanSupplier done) throws Exception {
    for (int i = 0; i < 200 && !done.getAsBoolean(); i++) {
      now += 100;
      poll();
      long position = consumer.position(PARTITION);
      if (batcher.size() == 0 && position < 8 && consumer.paused().isEmpty()) {
        arrive(position, 8);
      }
    }
    assertThat(done.getAsBoolean()).isTrue();
  }

  private void arrive(long from, long to) {
    for (long offset = from; offset < to; offset++) {
      arrive(offset, request(offset));
    }
  }

  /** Adds a request whose schema the registry does not return yet. */
  private void arriveBeforeItsSchema(long offset) {
    arrive(offset, SlowRegistry.withSlowId(request(offset)));
  }

  private byte[] request(long offset) {
    PredictionRequest request =
        new PredictionRequest(
            Long.toString(offset),
            Tensors.float32(new long[] {1}, new float[] {1}),
            null,
            Instant.EPOCH);
    return codec.record("requests", null, request).value();
  }

  private void arrive(long offset, byte[] value) {
    consumer.addRecord(
        new ConsumerRecord<>(PARTITION.topic(), PARTITION.partition(), offset, new byte[0], value));
  }

  private List<RequestOutcome> answer(List<PendingRequest> requests) {
    batchSizes.add(requests.size());
    now += nanosPerRequest * requests.size();
    whileComputing.run();
    List<RequestOutcome> outcomes = new ArrayList<>();
    for (PendingRequest pending : requests) {
      PredictionRequest request = pending.request();
      if (request != null) {
        outcomes.add(
            new RequestOutcome.Answered(
                pending,
                request,
                1,
                0,
                new FloatList(new float[] {1}),
                false,
                List.of(),
                new RequestOutcome.Timing(1, 1, 1)));
      }
    }
    return outcomes;
  }

  /** Commits when the test allows it, or fails as scripted. */
  private final class ScriptedDelivery implements Delivery {
    final Queue<RuntimeException> failures = new ArrayDeque<>();
    final Deque<DeliveryBatch> open = new ArrayDeque<>();
    final List<Long> committed = new ArrayList<>();
    final List<String> errors = new ArrayList<>();
    boolean commits = true;
    boolean commitsWhenAsked;
    long refused = -1;
    boolean refusesBriefAnswers;
    int restarts;
    int answers;
    private boolean hasCommitted;

    @Override
    public void restart() {
      restarts++;
      open.clear();
    }

    @Override
    public boolean hasRoom() {
      return open.size() < 2;
    }

    @Override
    public boolean isIdle() {
      if (commitsWhenAsked && !open.isEmpty()) {
        commitOldest();
      }
      return open.isEmpty();
    }

    @Override
    public void send(DeliveryBatch batch) {
      open.add(batch);
      if (commits) {
        commitOldest();
      }
    }

    private void commitOldest() {
      if (!failures.isEmpty()) {
        return;
      }
      DeliveryBatch batch = open.remove();
      List<Prediction> predictions = predictions(batch);
      if (predictions.stream().anyMatch(this::isRefused)) {
        failures.add(new InvalidTimestampException("refused"));
        return;
      }
      answers += batch.records().size();
      predictions.stream().map(Prediction::getError).filter(Objects::nonNull).forEach(errors::add);
      batch.offsets().values().forEach(offset -> committed.add(offset.offset()));
      consumer.commitSync(batch.offsets());
      hasCommitted = true;
    }

    private boolean isRefused(Prediction answer) {
      return answer.getRequestOffset() == refused
          && (answer.getError() == null || refusesBriefAnswers);
    }

    private List<Prediction> predictions(DeliveryBatch batch) {
      return batch.records().stream()
          .filter(record -> record.topic().equals("predictions"))
          .map(
              record ->
                  codec.decode(
                      new ConsumerRecord<>("predictions", 0, 0, record.key(), record.value()),
                      Prediction.class))
          .toList();
    }

    @Override
    public boolean checkCommits() {
      RuntimeException failure = failures.poll();
      if (failure != null) {
        throw failure;
      }
      boolean committedOne = hasCommitted;
      hasCommitted = false;
      return committedOne;
    }

    @Override
    public void awaitProgress(Duration atMost) {
      commitOldest();
    }

    @Override
    public void awaitCommits() {
      while (!open.isEmpty()) {
        commitOldest();
      }
    }

    @Override
    public void close() {}
  }
}
