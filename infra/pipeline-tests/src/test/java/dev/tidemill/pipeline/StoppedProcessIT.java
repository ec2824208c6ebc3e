package dev.tidemill.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.pipeline.RunningPipeline.Trainer;
import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.schemas.Prediction;
import dev.tidemill.schemas.PredictionRequest;
import dev.tidemill.schemas.tensor.Tensors;
import dev.tidemill.testbed.ChildJvm;
import dev.tidemill.testbed.Eventually;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.TopicReader;
import dev.tidemill.testbed.WithKafka;
import dev.tidemill.testbed.guarantee.Verdict;
import dev.tidemill.testbed.history.LeadershipEnd;
import dev.tidemill.testbed.history.Manifest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/**
 * Suspends a worker process (SIGSTOP) while others continue, and resumes it (SIGCONT). Then audits
 * the committed records.
 */
@WithKafka
class StoppedProcessIT {
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final int IMAGE = 28 * 28;

  private final KafkaCluster kafka;

  StoppedProcessIT(KafkaCluster kafka) {
    this.kafka = kafka;
  }

  @Test
  void trainsNothingTwiceWhenAStoppedLeaderResumes() throws Exception {
    Pipeline pipeline = Pipeline.create(kafka, "leader");
    try (ChildJvm leader =
        pipeline.start(
            "train",
            "--spec",
            "mlp",
            "--set",
            "checkpoint.interval.ms=1000",
            "--metrics-port",
            "0")) {
      Object unused = leader.waitForLine("metrics: port");
      try (RunningPipeline running = RunningPipeline.start(pipeline, Trainer.STANDS_BY)) {
        leader.signal("STOP");
        running.awaitProgress();
        // Before it resumes, because it must publish nothing from now on.
        LeadershipEnd end = endOf(pipeline, 1);
        leader.signal("CONT");
        unused = leader.waitForLine("no longer leads|has taken over");
        running.awaitProgress();
        leader.kill();
        running.stopAndAudit(end);
      }
    }
  }

  @Test
  void trainsEachRecordOnceOrRecordsAGap() throws Exception {
    Pipeline pipeline = Pipeline.create(kafka, "trainer");
    produce(pipeline, 1, 640);
    long begin;
    try (ChildJvm trainer =
        pipeline.start("train", "--spec", "mlp", "--checkpoint-interval-samples", "64")) {
      Object unused = trainer.waitForLine("version \\d+ published: 640 samples", LIMIT);
      trainer.signal("STOP");
      // The pending fetch gets these records; the rest stays on the brokers.
      produce(pipeline, 2, 32);
      produce(pipeline, 3, 640);
      List<ConsumerRecord<byte[], byte[]>> records =
          TopicReader.committed(kafka.bootstrapServers(), pipeline.topics.batches());
      begin = records.get(records.size() - 4).offset();
      deleteBefore(pipeline.topics.batches(), begin);
      trainer.signal("CONT");

      assertThat(trainer.awaitExit(LIMIT)).as("%s", trainer.error()).isEqualTo(1);
      assertThat(trainer.error())
          .last()
          .asString()
          .contains("to " + (begin - 1) + " were deleted before they were trained")
          .contains("--accept-gap");
    }
    Outcome unused = pipeline.run("train", "--spec", "mlp", "--exit-at-end", "--accept-gap").done();

    new Audit(pipeline).assertTrainedOnce(640 + 4 * 32, 0);
    Checkpoint newest = pipeline.newest();
    assertThat(newest.getGaps()).singleElement().matches(gap -> gap.getEnd() == begin);
    assertThat(pipeline.run("models verify", "--payloads").status()).isZero();
  }

  @Test
  void answersEachRemainingRequestOnce() throws Exception {
    Pipeline pipeline =
        Pipeline.create(kafka.bootstrapServers(), "inference", "--requests-partitions", "1");
    produce(pipeline, 1, 64);
    Outcome trained = pipeline.run("train", "--spec", "mlp", "--exit-at-end").done();
    assertThat(trained.status()).isZero();
    try (ChildJvm inference = pipeline.start("serve")) {
      ask(pipeline, 0, 8);
      awaitAnswer(pipeline, 7);
      inference.signal("STOP");
      // The pending fetch gets these records; the rest stays on the brokers.
      ask(pipeline, 8, 9);
      List<Long> offsets = ask(pipeline, 9, 20);
      deleteBefore(pipeline.topics.requests(), offsets.get(8));
      inference.signal("CONT");

      awaitAnswer(pipeline, 19);
      Object unused =
          inference.waitForLine(
              "requests lost: .* to %d were deleted".formatted(offsets.get(8) - 1), LIMIT);
      assertThat(inference.isAlive()).isTrue();
    }
    Verdict.onServing(pipeline.history()).require();
    List<String> answered = pipeline.predictions().stream().map(Prediction::getRequestId).toList();
    assertThat(answered)
        .doesNotHaveDuplicates()
        .containsAll(ids(0, 8))
        .containsAll(ids(17, 20))
        .doesNotContainAnyElementsOf(ids(9, 17));
  }

  /** Returns that the trainer of a version publishes nothing after now. */
  private static LeadershipEnd endOf(Pipeline pipeline, long version) {
    List<Manifest> versions = pipeline.history().versions();
    return new LeadershipEnd(
        versions.get(Math.toIntExact(version - 1)).worker(),
        versions.get(versions.size() - 1).version());
  }

  private static void produce(Pipeline pipeline, int seed, int samples) {
    Outcome unused =
        pipeline
            .run("produce", "--data", "digits:seed=" + seed, "--limit", Integer.toString(samples))
            .done();
  }

  /** Sends requests with the ids {@code from} to {@code to - 1} and returns their offsets. */
  private static List<Long> ask(Pipeline pipeline, int from, int to) throws Exception {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (String id : ids(from, to)) {
      PredictionRequest request =
          PredictionRequest.newBuilder()
              .setRequestId(id)
              .setInputs(Tensors.uint8(new long[] {1, 28, 28}, new byte[IMAGE]))
              .setCreatedAt(Instant.EPOCH)
              .build();
      records.add(pipeline.codec.record(pipeline.topics.requests(), new byte[] {1}, request));
    }
    return pipeline.send(records);
  }

  private static List<String> ids(int from, int to) {
    return IntStream.range(from, to).mapToObj(Integer::toString).toList();
  }

  private static void awaitAnswer(Pipeline pipeline, int id) {
    Eventually.await().until(() -> ids(pipeline).anyMatch(Integer.toString(id)::equals));
  }

  private static Stream<String> ids(Pipeline pipeline) {
    return pipeline.predictions().stream().map(Prediction::getRequestId);
  }

  /** Deletes the records of the topic's only partition before an offset, like retention. */
  private void deleteBefore(String topic, long offset)
      throws ExecutionException, InterruptedException {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      Object unused =
          admin
              .deleteRecords(
                  Map.of(new TopicPartition(topic, 0), RecordsToDelete.beforeOffset(offset)))
              .all()
              .get();
    }
  }
}
