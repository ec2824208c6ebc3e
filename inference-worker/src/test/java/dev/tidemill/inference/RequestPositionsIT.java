package dev.tidemill.inference;

import static dev.tidemill.testbed.Eventually.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.messaging.RecordCodec;
import dev.tidemill.messaging.TopicAdmin;
import dev.tidemill.messaging.TopicPlan;
import dev.tidemill.runtime.Metrics;
import dev.tidemill.schemas.Prediction;
import dev.tidemill.schemas.wire.RegistryFormat;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.TopicReader;
import dev.tidemill.testbed.WithKafka;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Offsets and requests that brokers delete while no worker runs. */
@WithKafka
class RequestPositionsIT {
  private ServingFixture fixture;
  private Admin admin;

  @BeforeEach
  void makeTopics(KafkaCluster kafka) throws Exception {
    fixture = ServingFixture.create(kafka.bootstrapServers());
    admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()));
    fixture.publish(1);
  }

  @AfterEach
  void close() {
    admin.close();
    fixture.close();
  }

  @Test
  void answersNoRequestTwiceAfterTheGroupsOffsetsExpired() throws Exception {
    ask(0, 40);
    answerAll(40);
    admin.deleteConsumerGroups(List.of(InferenceWorker.group(fixture.model))).all().get();
    ask(40, 60);
    answerAll(60);
    fixture.assertEachIsAnsweredOnce(60);
  }

  @Test
  void countsDeletedRequestsWithoutCommittedOffsets() throws Exception {
    ask(0, 20);
    answerAll(20);
    ask(20, 100);
    admin.deleteConsumerGroups(List.of(InferenceWorker.group(fixture.model))).all().get();
    deleteBefore(20);
    assertLossIsReported(40, 60);
  }

  @Test
  void countsDeletedRequestsAfterTheCommittedOffset() throws Exception {
    ask(0, 20);
    answerAll(20);
    ask(20, 100);
    deleteBefore(20);
    assertLossIsReported(40, 60);
  }

  @Test
  void readsARecreatedTopicFromItsBeginning() throws Exception {
    ask(0, 40);
    answerAll(40);
    admin.deleteTopics(List.of(fixture.topics.requests())).all().get();
    await().until(() -> !admin.listTopics().names().get().contains(fixture.topics.requests()));
    try (TopicAdmin topics = new TopicAdmin(fixture.clients, "again")) {
      topics.create(
          fixture.topics, new TopicPlan(1, ServingFixture.PARTITIONS, TopicPlan.BROKERS_DEFAULT));
    }
    ask(40, 60);
    answerAll(60);
    fixture.assertEachIsAnsweredOnce(60);
  }

  /** Of two open transactions, the later one may write first. */
  @Test
  void continuesAfterTheHighestAnswerWhicheverWasWrittenLast() throws Exception {
    ask(0, 40);
    for (int partition = 0; partition < ServingFixture.PARTITIONS; partition++) {
      for (int offset : new int[] {1, 2, 3, 4, 0}) {
        fixture.answer(partition, offset);
      }
    }
    answerAll(40);
    fixture.assertEachIsAnsweredOnce(40);
  }

  /** Without a transaction, answers may be written although the one before them was not. */
  @Test
  void answersARequestWhoseAnswerFailedBeforeTheFirstAnswerWasCommitted() throws Exception {
    try (InferenceWorker crashed = atLeastOnceWorker()) {
      crashed.start();
      await().until(() -> committedPartitions() == ServingFixture.PARTITIONS);
    }
    ask(0, 40);
    for (int partition = 0; partition < ServingFixture.PARTITIONS; partition++) {
      for (int offset = 1; offset < 10; offset++) {
        fixture.answer(partition, offset);
      }
    }
    try (InferenceWorker successor = atLeastOnceWorker()) {
      successor.start();
      await().until(() -> answeredRequests().containsAll(Set.of("0", "1", "2", "3")));
    }
  }

  @Test
  void blocksOnlyThePartitionWhoseLastAnswerIsWaitingForTheRegistry() throws Exception {
    SlowRegistry registry = new SlowRegistry();
    RecordCodec codec = new RecordCodec(new RegistryFormat(registry, Duration.ofMillis(100)));
    ask(0, 40);
    byte[] lastAnswer =
        codec.record(fixture.topics.predictions(), null, fixture.answerTo(0, 4)).value();
    ProducerRecord<byte[], byte[]> unreadable =
        new ProducerRecord<>(
            fixture.topics.predictions(), 0, null, SlowRegistry.withSlowId(lastAnswer));
    RecordMetadata unused = fixture.producer.send(unreadable).get();
    try (InferenceWorker worker = fixture.worker("w", new LinearEngine(), codec)) {
      worker.start();
      await().until(() -> predictions() == 31);
      assertThat(worker.health().detail())
          .contains("requests-0 blocked", "is waiting for its schema");

      registry.slowAnswer.complete(Prediction.getClassSchema().toString());
      await().until(() -> predictions() == 36);
    }
    assertThat(fixture.predictions(codec))
        .filteredOn(answer -> answer.getRequestPartition() == 0)
        .extracting(Prediction::getRequestOffset)
        .containsExactly(4L, 5L, 6L, 7L, 8L, 9L);
  }

  private int predictions() {
    return TopicReader.committed(fixture.bootstrapServers, fixture.topics.predictions()).size();
  }

  private InferenceWorker atLeastOnceWorker() {
    return fixture.worker("w", new LinearEngine(), ProcessingGuarantee.AT_LEAST_ONCE);
  }

  private int committedPartitions() throws Exception {
    return admin
        .listConsumerGroupOffsets(InferenceWorker.group(fixture.model))
        .partitionsToOffsetAndMetadata()
        .get()
        .size();
  }

  private void ask(int from, int to) throws Exception {
    for (int i = from; i < to; i++) {
      fixture.ask(i);
    }
  }

  private void answerAll(int total) {
    try (InferenceWorker worker = fixture.worker("w", new LinearEngine())) {
      worker.start();
      await().until(() -> fixture.predictions().size() >= total);
    }
  }

  /** Deletes requests in every partition. */
  private void deleteBefore(long offset) throws Exception {
    Map<TopicPartition, RecordsToDelete> deletions =
        IntStream.range(0, ServingFixture.PARTITIONS)
            .boxed()
            .collect(
                Collectors.toMap(
                    partition -> new TopicPartition(fixture.topics.requests(), partition),
                    partition -> RecordsToDelete.beforeOffset(offset)));
    admin.deleteRecords(deletions).all().get();
  }

  /** 20 requests were answered; of the next 80, the first 60 are gone. */
  private void assertLossIsReported(int answers, int lost) {
    Metrics metrics = new Metrics(fixture.model);
    try (InferenceWorker worker = fixture.worker("w", new LinearEngine(), Map.of(), metrics)) {
      worker.start();
      await().until(() -> fixture.predictions().size() >= answers);
      assertThat(worker.health().detail())
          .contains("requests lost: ", "offsets 5 to 19 were deleted before they were answered");
      assertThat(worker.health().isReady()).isFalse();
      assertThat(metrics.scrape())
          .contains(
              "tidemill_requests_lost_total{model=\"%s\",worker=\"w\"} %d.0"
                  .formatted(fixture.model, lost));
    }
    assertThat(answeredRequests())
        .hasSize(answers)
        .contains("0", "19", "80", "99")
        .doesNotContain("20", "79");
    assertThat(fixture.predictions()).hasSize(answers);
  }

  private Set<String> answeredRequests() {
    return fixture.predictions().stream().map(Prediction::getRequestId).collect(Collectors.toSet());
  }
}
