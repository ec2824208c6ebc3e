package dev.tidemill.inference;

import static dev.tidemill.testbed.Eventually.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.messaging.TopicAdmin;
import dev.tidemill.messaging.TopicPlan;
import dev.tidemill.runtime.Metrics;
import dev.tidemill.schemas.Prediction;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.WithKafka;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What brokers forget while no worker runs: a group's offsets, and requests. */
@WithKafka
class RequestPositionsIT {
  private Lab lab;
  private Admin admin;

  @BeforeEach
  void makeTopics(KafkaCluster kafka) throws Exception {
    lab = Lab.create(kafka.bootstrapServers());
    admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()));
    lab.publish(1);
  }

  @AfterEach
  void close() {
    admin.close();
    lab.close();
  }

  @Test
  void answersNoRequestAgainAfterTheGroupsOffsetsExpired() throws Exception {
    ask(0, 40);
    answerAll(40);
    admin.deleteConsumerGroups(List.of(InferenceWorker.group(lab.model))).all().get();
    ask(40, 60);
    answerAll(60);
    lab.assertEachIsAnsweredOnce(60);
  }

  @Test
  void countsTheRequestsThatRetentionDeletedAfterTheOffsetsExpired() throws Exception {
    ask(0, 20);
    answerAll(20);
    ask(20, 100);
    admin.deleteConsumerGroups(List.of(InferenceWorker.group(lab.model))).all().get();
    deleteBefore(20);
    lossIsTold(40, 60);
  }

  @Test
  void countsTheRequestsThatRetentionDeletedBehindTheCommittedOffset() throws Exception {
    ask(0, 20);
    answerAll(20);
    ask(20, 100);
    deleteBefore(20);
    lossIsTold(40, 60);
  }

  @Test
  void readsATopicThatWasCreatedAgainFromItsBeginning() throws Exception {
    ask(0, 40);
    answerAll(40);
    admin.deleteTopics(List.of(lab.topics.requests())).all().get();
    await().until(() -> !admin.listTopics().names().get().contains(lab.topics.requests()));
    try (TopicAdmin topics = new TopicAdmin(lab.clients, "again")) {
      topics.create(lab.topics, new TopicPlan(1, Lab.PARTITIONS, TopicPlan.BROKERS_DEFAULT));
    }
    ask(40, 60);
    answerAll(60);
    lab.assertEachIsAnsweredOnce(60);
  }

  /** Of two transactions that are open at once, the later one may write first. */
  @Test
  void readsOnBehindTheHighestAnswerWhicheverWasWrittenLast() throws Exception {
    ask(0, 40);
    for (int partition = 0; partition < Lab.PARTITIONS; partition++) {
      for (int offset : new int[] {1, 2, 3, 4, 0}) {
        lab.answer(partition, offset);
      }
    }
    answerAll(40);
    lab.assertEachIsAnsweredOnce(40);
  }

  private void ask(int from, int to) throws Exception {
    for (int i = from; i < to; i++) {
      lab.ask(i);
    }
  }

  private void answerAll(int total) {
    try (InferenceWorker worker = lab.worker("w", new LinearEngine())) {
      worker.start();
      await().until(() -> lab.predictions().size() >= total);
    }
  }

  /** In every partition. */
  private void deleteBefore(long offset) throws Exception {
    Map<TopicPartition, RecordsToDelete> deletions =
        IntStream.range(0, Lab.PARTITIONS)
            .boxed()
            .collect(
                Collectors.toMap(
                    partition -> new TopicPartition(lab.topics.requests(), partition),
                    partition -> RecordsToDelete.beforeOffset(offset)));
    admin.deleteRecords(deletions).all().get();
  }

  /** 20 requests were answered, then 80 asked; the first 60 of those are gone. */
  private void lossIsTold(int answers, int lost) {
    Metrics metrics = new Metrics(lab.model);
    try (InferenceWorker worker = lab.worker("w", new LinearEngine(), Map.of(), metrics)) {
      worker.start();
      await().until(() -> lab.predictions().size() >= answers);
      assertThat(worker.health().detail())
          .contains("requests lost: ", "offsets 5 to 19 were deleted before they were answered");
      assertThat(worker.health().isReady()).isFalse();
      assertThat(metrics.scrape())
          .contains(
              "tidemill_requests_lost_total{model=\"%s\",worker=\"w\"} %d.0"
                  .formatted(lab.model, lost));
    }
    Set<String> answered =
        lab.predictions().stream().map(Prediction::getRequestId).collect(Collectors.toSet());
    assertThat(answered)
        .hasSize(answers)
        .contains("0", "19", "80", "99")
        .doesNotContain("20", "79");
    assertThat(lab.predictions()).hasSize(answers);
  }
}
