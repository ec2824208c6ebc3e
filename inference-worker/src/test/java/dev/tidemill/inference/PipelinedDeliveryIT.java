package dev.tidemill.inference;

import static dev.tidemill.testbed.Eventually.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemill.schemas.Prediction;
import dev.tidemill.testbed.ChildJvm;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.TopicReader;
import dev.tidemill.testbed.WithKafka;
import dev.tidemill.testbed.guarantee.AnsweredOnce;
import dev.tidemill.testbed.guarantee.Verdict;
import dev.tidemill.testbed.history.History;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Batches that are sent before earlier ones are committed. */
@WithKafka
class PipelinedDeliveryIT {
  private ServingFixture fixture;

  @BeforeEach
  void makeTopics(KafkaCluster kafka) {
    fixture = ServingFixture.create(kafka.bootstrapServers());
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void failedCommitDiscardsTheNextBatch() throws InterruptedException {
    GatedServing serving = new GatedServing(fixture.bootstrapServers, fixture.model, "w");
    TopicPartition requests = new TopicPartition(fixture.topics.requests(), 0);
    try (serving;
        serving.consumer;
        Delivery delivery = serving.delivery) {
      delivery.restart();
      // Kafka refuses an offset with so much metadata.
      delivery.send(batch("1", requests, new OffsetAndMetadata(1, "x".repeat(10_000))));
      await().until(() -> serving.commits.get() == 1);
      delivery.send(batch("2", requests, new OffsetAndMetadata(2)));
      assertThat(delivery.checkCommits()).as("no batch is committed yet").isFalse();
      await().until(() -> uncommitted() == 2);

      serving.gate.countDown();
      await()
          .untilAsserted(
              () -> assertThatThrownBy(delivery::checkCommits).isInstanceOf(KafkaException.class));
      delivery.restart();
      assertThat(fixture.predictions()).isEmpty();
      assertThat(committed(serving.consumer, requests)).isNull();

      delivery.send(batch("1 again", requests, new OffsetAndMetadata(1)));
      delivery.send(batch("2 again", requests, new OffsetAndMetadata(2)));
      delivery.awaitCommits();
      assertThat(fixture.predictions())
          .extracting(Prediction::getRequestId)
          .containsExactlyInAnyOrder("1 again", "2 again");
      assertThat(committed(serving.consumer, requests)).isEqualTo(new OffsetAndMetadata(2));
    }
  }

  @Test
  void commitsOpenBatchesBeforePartitionsAreReassigned() throws Exception {
    CountDownLatch gate = new CountDownLatch(1);
    GatedServing older =
        new GatedServing(
            fixture.bootstrapServers,
            fixture.model,
            "older",
            gate,
            delivery -> new OpensGateOnFinish(delivery, gate));
    GatedServing newer = new GatedServing(fixture.bootstrapServers, fixture.model, "newer");
    newer.gate.countDown();
    RequestLoop olderLoop = older.loop;
    RequestLoop newerLoop = newer.loop;
    olderLoop.onStart();
    newerLoop.onStart();
    int asked = 0;
    // Sends two batches, one after the other; no commit begins.
    for (int batch = 1; batch <= 2; batch++) {
      for (int i = 0; i < ServingFixture.PARTITIONS; i++) {
        fixture.ask(asked++);
      }
      while (uncommitted() < asked) {
        assertThat(olderLoop.doWork()).isTrue();
      }
      await().until(() -> older.commits.get() == 1);
    }
    assertThat(older.gate.getCount()).isEqualTo(1);

    Thread joining = new Thread(() -> workUntil(newerLoop, newer), "newer");
    joining.start();
    while (joining.isAlive()) {
      assertThat(olderLoop.doWork()).isTrue();
    }
    assertThat(newer.consumer.assignment()).hasSize(ServingFixture.PARTITIONS / 2);
    for (TopicPartition partition : newer.consumer.assignment()) {
      assertThat(newer.consumer.position(partition)).as("after the older member's").isEqualTo(2);
    }
    olderLoop.onClose();
    newerLoop.onClose();
    older.close();
    newer.close();
    assertEachIsAnsweredOnce(asked);
  }

  @Test
  void answersUncommittedBatchesOfAKilledWorkerAgain() throws Exception {
    fixture.publish(1);
    int asked = 0;
    try (ChildJvm killed =
        ChildJvm.start(
            GatedServing.class.getName(),
            List.of(fixture.bootstrapServers, fixture.model, "w"),
            Map.of())) {
      for (int batch = 1; batch <= 2; batch++) {
        fixture.ask(asked++);
        int sent = asked;
        await().until(() -> uncommitted() == sent);
      }
      killed.kill();
    }
    try (InferenceWorker successor = fixture.worker("w", new LinearEngine())) {
      successor.start();
      fixture.ask(asked++);
      int all = asked;
      await().until(() -> fixture.predictions().size() >= all);
    }
    fixture.assertEachIsAnsweredOnce(asked);
  }

  /** Opens the gate only when somebody waits for the open batches. */
  private record OpensGateOnFinish(Delivery delivery, CountDownLatch gate) implements Delivery {
    @Override
    public void restart() {
      delivery.restart();
    }

    @Override
    public boolean hasRoom() {
      return delivery.hasRoom();
    }

    @Override
    public boolean isIdle() {
      return delivery.isIdle();
    }

    @Override
    public void send(DeliveryBatch batch) {
      delivery.send(batch);
    }

    @Override
    public boolean checkCommits() {
      return delivery.checkCommits();
    }

    @Override
    public void awaitProgress(Duration atMost) throws InterruptedException {
      delivery.awaitProgress(atMost);
    }

    @Override
    public void awaitCommits() throws InterruptedException {
      gate.countDown();
      delivery.awaitCommits();
    }

    @Override
    public void close() {
      delivery.close();
    }
  }

  private static void workUntil(RequestLoop loop, GatedServing serving) {
    try {
      while (serving.consumer.assignment().isEmpty()) {
        loop.doWork();
      }
    } catch (Exception e) {
      throw new IllegalStateException("the newer member failed", e);
    }
  }

  private DeliveryBatch batch(String id, TopicPartition requests, OffsetAndMetadata offset) {
    Prediction answer = new Prediction();
    answer.setRequestId(id);
    answer.setRequestTopicId("");
    answer.setModel("m");
    answer.setWorker("w");
    answer.setOutputs(List.of());
    answer.setRequestedAt(Instant.EPOCH);
    answer.setCreatedAt(Instant.EPOCH);
    ProducerRecord<byte[], byte[]> record =
        fixture.codec.record(fixture.topics.predictions(), ServingFixture.bytes(id), answer);
    ProducerRecord<byte[], byte[]> partitioned =
        new ProducerRecord<>(record.topic(), 0, record.key(), record.value());
    return new DeliveryBatch(List.of(), List.of(partitioned), Map.of(requests, offset));
  }

  private int uncommitted() {
    return TopicReader.uncommitted(fixture.bootstrapServers, fixture.topics.predictions()).size();
  }

  private static @Nullable OffsetAndMetadata committed(
      Consumer<byte[], byte[]> consumer, TopicPartition partition) {
    return consumer.committed(Set.of(partition)).get(partition);
  }

  /** Fails unless each request has exactly one answer (G5). The versions are not published. */
  private void assertEachIsAnsweredOnce(int requests) {
    History history = fixture.history();
    Verdict.of(AnsweredOnce.check(history)).require();
    assertThat(history.committedAnswers())
        .extracting(answer -> Integer.parseInt(answer.requestId()))
        .containsExactlyInAnyOrderElementsOf(IntStream.range(0, requests).boxed().toList());
  }
}
