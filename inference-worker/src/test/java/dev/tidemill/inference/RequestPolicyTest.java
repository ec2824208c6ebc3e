package dev.tidemill.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemill.messaging.DeadLetters;
import dev.tidemill.messaging.RecordCodec;
import dev.tidemill.runtime.Metrics;
import dev.tidemill.schemas.PredictionRequest;
import dev.tidemill.schemas.tensor.FloatList;
import dev.tidemill.schemas.tensor.Tensors;
import dev.tidemill.schemas.wire.SingleObjectFormat;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RequestPolicyTest {
  private static final TopicPartition PARTITION = new TopicPartition("requests", 0);

  private final RecordCodec codec = new RecordCodec(new SingleObjectFormat());
  private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
  private final ScriptedDelivery delivery = new ScriptedDelivery();
  private final List<Integer> batchSizes = new ArrayList<>();
  private long now = 1;
  private final RequestPolicy policy =
      new RequestPolicy(
          consumer,
          codec,
          new MicroBatcher(3, 100),
          this::answer,
          new Answers(
              "m",
              "w",
              "predictions",
              codec,
              new DeadLetters(codec, "dead-letters", "w", Clock.systemUTC()),
              Clock.systemUTC()),
          delivery,
          new ServingMetrics(new Metrics(), "m", "w", () -> 1),
          () -> now);

  @BeforeEach
  void assign() throws Exception {
    consumer.assign(List.of(PARTITION));
    consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
    poll();
  }

  @Test
  void deliversAllThatIsDueInOneGo() throws Exception {
    arrive(0, 7);
    poll();
    assertThat(batchSizes).containsExactly(3, 3);
    assertThat(delivery.committed).containsExactly(6L);
    assertThat(policy.pollTimeout()).isEqualTo(Duration.ofNanos(100));

    now += 100;
    poll();
    assertThat(batchSizes).containsExactly(3, 3, 1);
    assertThat(delivery.committed).containsExactly(6L, 7L);
    assertThat(delivery.answers).isEqualTo(7);
    assertThat(policy.pollTimeout()).isEqualTo(Duration.ofMillis(100));
  }

  @Test
  void readsAgainWhatAFailedDeliveryDidNotCommit() throws Exception {
    arrive(0, 3);
    poll();
    assertThat(delivery.committed).containsExactly(3L);
    delivery.failures.add(new TimeoutException("no broker"));
    arrive(3, 6);
    poll();
    assertThat(policy.hasRoom()).as("paused while it waits").isFalse();
    assertThat(consumer.position(PARTITION)).isEqualTo(6);

    consumer.commitSync(Map.of(PARTITION, new OffsetAndMetadata(3)));
    now += TimeUnit.SECONDS.toNanos(1);
    poll();
    assertThat(policy.hasRoom()).isTrue();
    assertThat(delivery.restarts).isEqualTo(2);
    assertThat(consumer.position(PARTITION)).isEqualTo(3);
    arrive(3, 6);
    poll();
    assertThat(delivery.committed).containsExactly(3L, 6L);
    assertThat(delivery.answers).isEqualTo(6);
  }

  @Test
  void goesBackToTheBeginningWhereNothingWasCommitted() throws Exception {
    delivery.failures.add(new IllegalStateException("a producer in a wrong state"));
    arrive(0, 3);
    poll();
    now += TimeUnit.SECONDS.toNanos(1);
    poll();
    assertThat(policy.hasRoom()).isTrue();
    assertThat(consumer.position(PARTITION)).isZero();
  }

  @Test
  void forgetsTheRequestsOfPartitionsThatGo() throws Exception {
    arrive(0, 2);
    poll();
    policy.onRevoked(List.of(PARTITION), false);
    now += 100;
    poll();
    assertThat(batchSizes).isEmpty();
    assertThat(delivery.answers).isZero();
  }

  @Test
  void gathersWhatComesWhileThereIsNoRoomForAnotherRound() throws Exception {
    delivery.commits = false;
    arrive(0, 3);
    poll();
    arrive(3, 6);
    poll();
    assertThat(delivery.making).hasSize(2);

    arrive(6, 9);
    poll();
    assertThat(batchSizes).as("the third round waits for the first").containsExactly(3, 3);
    assertThat(delivery.committed).containsExactly(3L);
    assertThat(policy.pollTimeout()).isZero();
    arrive(9, 15);
    poll();
    assertThat(batchSizes).containsExactly(3, 3, 3, 3, 3);
    assertThat(delivery.making).hasSize(2);
  }

  @Test
  void partitionsGoOnlyWhenWhatIsInTheMakingIsCommitted() throws Exception {
    delivery.commits = false;
    arrive(0, 3);
    poll();
    arrive(3, 6);
    poll();
    policy.onRevoked(List.of(PARTITION), false);
    assertThat(delivery.committed).containsExactly(3L, 6L);
  }

  @Test
  void endsWhereItMayNotWrite() {
    delivery.failures.add(new TopicAuthorizationException("predictions"));
    arrive(0, 3);
    assertThatThrownBy(this::poll).isInstanceOf(TopicAuthorizationException.class);
  }

  private void poll() throws Exception {
    assertThat(policy.onRecords(consumer.poll(Duration.ZERO))).isTrue();
  }

  private void arrive(long from, long to) {
    for (long offset = from; offset < to; offset++) {
      PredictionRequest request =
          new PredictionRequest(
              Long.toString(offset),
              Tensors.float32(new long[] {1}, new float[] {1}),
              Instant.EPOCH);
      consumer.addRecord(
          new ConsumerRecord<>(
              PARTITION.topic(),
              PARTITION.partition(),
              offset,
              new byte[0],
              codec.record("requests", null, request).value()));
    }
  }

  private List<Outcome> answer(List<PendingRequest> requests) {
    batchSizes.add(requests.size());
    List<Outcome> outcomes = new ArrayList<>();
    for (PendingRequest pending : requests) {
      PredictionRequest request = pending.request();
      if (request != null) {
        outcomes.add(
            new Outcome.Answered(
                pending,
                request,
                1,
                0,
                new FloatList(new float[] {1}),
                false,
                new Outcome.Timing(1, 1, 1)));
      }
    }
    return outcomes;
  }

  /** Commits when told to, or fails as scripted. */
  private static final class ScriptedDelivery implements Delivery {
    final Queue<RuntimeException> failures = new ArrayDeque<>();
    final Deque<Round> making = new ArrayDeque<>();
    final List<Long> committed = new ArrayList<>();
    boolean commits = true;
    int restarts;
    int answers;

    @Override
    public void restart() {
      restarts++;
      making.clear();
    }

    @Override
    public boolean hasRoom() {
      return making.size() < 2;
    }

    @Override
    public void send(Round round) {
      making.add(round);
      if (commits) {
        commitOldest();
      }
    }

    private void commitOldest() {
      if (failures.isEmpty()) {
        Round round = making.remove();
        answers += round.records().size();
        round.offsets().values().forEach(offset -> committed.add(offset.offset()));
      }
    }

    @Override
    public boolean settle() {
      RuntimeException failure = failures.poll();
      if (failure != null) {
        throw failure;
      }
      return true;
    }

    @Override
    public void awaitRoom() {
      commitOldest();
    }

    @Override
    public void finish() {
      while (!making.isEmpty()) {
        commitOldest();
      }
    }

    @Override
    public void close() {}
  }
}
