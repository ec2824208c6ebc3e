package dev.tidemill.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.schemas.Topics;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.WithKafka;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Checks that commands refuse topics that break the contract, and that repairs work. */
@WithKafka
class TopicContractIT {
  private final KafkaCluster kafka;
  private final Admin admin;

  TopicContractIT(KafkaCluster kafka) {
    this.kafka = kafka;
    this.admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()));
  }

  @AfterEach
  void close() {
    admin.close();
  }

  @Test
  void refusesCheckpointsWithSeveralPartitions() throws Exception {
    Pipeline pipeline = made("three", Topics.Name.CHECKPOINTS, 3);

    for (String command : List.of("train", "serve", "models list")) {
      assertRefused(
          pipeline.run(command),
          pipeline.topics.checkpoints(),
          "partitions is 3, must be 1",
          "kafka-topics --bootstrap-server " + kafka.bootstrapServers() + " --delete --topic ");
    }
    Outcome verified = pipeline.run("models verify");
    assertThat(verified.status()).isEqualTo(1);
    assertThat(verified.out()).anyMatch(line -> line.contains("partitions is 3, must be 1"));
    Outcome again = pipeline.run("topics create", "--repair");
    assertRefused(again, pipeline.topics.checkpoints(), "partitions is 3, must be 1");
  }

  @Test
  void refusesAndRepairsCheckpointsWithDeletion() throws Exception {
    Pipeline pipeline = Pipeline.create(kafka, "deleted");
    set(pipeline.topics.checkpoints(), "cleanup.policy", "delete");

    for (String command : List.of("train", "serve", "models list", "topics create")) {
      assertRefused(
          pipeline.run(command),
          pipeline.topics.checkpoints(),
          "cleanup.policy is delete, must be compact",
          "tidemill topics create --repair --model " + pipeline.model);
    }
    Outcome repaired = pipeline.run("topics create", "--repair").done();
    assertThat(repaired.error())
        .anyMatch(line -> line.contains("cleanup.policy from delete to compact"));
    Outcome listed = pipeline.run("models list").done();
    assertThat(listed.error()).isEmpty();
  }

  @Test
  void refusesAndRepairsTooFewPredictionPartitions() throws Exception {
    Pipeline pipeline = Pipeline.create(kafka, "six-four");
    admin
        .createPartitions(Map.of(pipeline.topics.requests(), NewPartitions.increaseTo(6)))
        .all()
        .get();

    assertRefused(
        pipeline.run("serve"),
        pipeline.topics.predictions(),
        "partitions is 4, must be at least 6, as many as topic " + pipeline.topics.requests());
    assertThat(pipeline.run("topics create").status()).isEqualTo(1);
    Outcome repaired = pipeline.run("topics create", "--repair").done();
    assertThat(repaired.error()).anyMatch(line -> line.contains("partitions from 4 to 6"));
  }

  @Test
  void refusesControlWithSeveralPartitions() throws Exception {
    Pipeline pipeline = made("control", Topics.Name.CONTROL, 3);

    assertRefused(pipeline.run("train"), pipeline.topics.control(), "partitions is 3, must be 1");
  }

  @Test
  void refusesAndRepairsATooSmallRecordLimitForChunks() throws Exception {
    Pipeline pipeline = Pipeline.create(kafka, "chunks");
    String size = "checkpoint.chunk.bytes=" + 15 * 1024 * 1024;

    assertRefused(
        pipeline.run("train", "--set", size),
        pipeline.topics.checkpointChunks(),
        "max.message.bytes is 1048588, must be at least 15729664",
        "kafka-configs --bootstrap-server " + kafka.bootstrapServers() + " --alter");
    pipeline.run("topics create", "--repair", "--set", size).done();
    Outcome repaired = pipeline.run("topics create", "--set", size).done();
    assertThat(repaired.error()).hasSize(1);
  }

  @Test
  void refusesATimestampLimitThatRejectsRecords() throws Exception {
    Pipeline pipeline = Pipeline.create(kafka, "times");
    set(pipeline.topics.batches(), "message.timestamp.before.max.ms", "1");

    assertRefused(
        pipeline.run("produce", "--data", "digits", "--limit", "10"),
        pipeline.topics.batches(),
        "message.timestamp.before.max.ms is 1");
  }

  @Test
  void addsRequestedPartitions() {
    Pipeline pipeline = Pipeline.create(kafka, "added");

    Outcome asked = pipeline.run("topics create", "--batches-partitions", "3");
    assertRefused(
        asked,
        pipeline.topics.batches(),
        "partitions is 1, must be 3, as requested",
        "--repair --model " + pipeline.model + " --batches-partitions 3");
    pipeline.run("topics create", "--repair", "--batches-partitions", "3").done();
    pipeline.run("topics create", "--batches-partitions", "3", "--requests-partitions", "4").done();
    pipeline.run("topics create", "--repair", "--requests-partitions", "6").done();
    Outcome fewer = pipeline.run("topics create", "--repair", "--batches-partitions", "2");
    assertRefused(fewer, pipeline.topics.batches(), "Kafka cannot remove partitions");
  }

  private static void assertRefused(Outcome outcome, String topic, String... parts) {
    String errors = String.join("\n", outcome.error());
    assertThat(outcome.status()).as(errors).isEqualTo(1);
    assertThat(errors).contains("topic " + topic + ": ").contains(parts);
  }

  /** Creates all topics; one has the given partitions and the defaults of the brokers. */
  private Pipeline made(String stem, Topics.Name name, int partitions) throws Exception {
    Pipeline pipeline = Pipeline.over(kafka.bootstrapServers(), stem);
    NewTopic own =
        new NewTopic(pipeline.topics.get(name), Optional.of(partitions), Optional.empty());
    admin.createTopics(List.of(own)).all().get();
    Outcome created = pipeline.run("topics create");
    assertRefused(created, pipeline.topics.get(name), "partitions is " + partitions);
    assertThat(created.out()).hasSize(Topics.Name.values().length - 1);
    return pipeline;
  }

  private void set(String topic, String setting, String value)
      throws ExecutionException, InterruptedException {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    Map<ConfigResource, Collection<AlterConfigOp>> change =
        Map.of(
            resource,
            List.of(new AlterConfigOp(new ConfigEntry(setting, value), AlterConfigOp.OpType.SET)));
    admin.incrementalAlterConfigs(change).all().get();
  }
}
