package dev.tidemill.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.local.EmbeddedCluster;
import dev.tidemill.schemas.Topics;
import dev.tidemill.testbed.ChildJvm;
import dev.tidemill.testbed.Patience;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartitionInfo;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three brokers, each worker a process of its own, and a fault of the brokers while data is sent,
 * trained and served at once. Afterwards committed records are audited.
 */
class ClusterFaultsIT {
  private static final int SAMPLES = 4000;
  private static final int REQUESTS = 400;
  private static final Duration LIMIT = Duration.ofMinutes(3);

  private static EmbeddedCluster cluster;

  @BeforeAll
  static void startBrokers(@TempDir Path folder) {
    cluster = EmbeddedCluster.start(folder, 3);
  }

  @AfterAll
  static void stopBrokers() {
    cluster.close();
  }

  /** What happens to the brokers; returns when it is over. */
  private interface Fault {
    void happen(Pipeline pipeline) throws Exception;
  }

  @Test
  void keepsItsGuaranteesOverABrokerRestart() throws Exception {
    runWith(
        "restart",
        pipeline -> {
          cluster.stop(3);
          awaitReplicas(pipeline, 2);
          cluster.restart(3);
          awaitReplicas(pipeline, 3);
        });
  }

  @Test
  void keepsItsGuaranteesWhilePartitionLeadersMove() throws Exception {
    runWith(
        "moves",
        pipeline -> {
          for (int broker = 2; broker <= 3; broker++) {
            cluster.stop(broker);
            awaitNoLeader(pipeline, broker);
            cluster.restart(broker);
            awaitReplicas(pipeline, 3);
          }
        });
  }

  @Test
  void waitsWhileInSyncReplicasAreTooFewAndContinuesWhenTheyAreBack() throws Exception {
    runWith(
        "isr",
        pipeline -> {
          cluster.stop(2);
          cluster.stop(3);
          awaitReplicas(pipeline, 1);
          cluster.restart(2);
          cluster.restart(3);
          awaitReplicas(pipeline, 3);
        });
  }

  private static void runWith(String name, Fault fault) throws Exception {
    Pipeline pipeline =
        Pipeline.create(cluster.bootstrapServers(), name, "--replication-factor", "3");
    try (ChildJvm trainer = startTrainer(pipeline);
        ChildJvm inference = pipeline.start("infer");
        ChildJvm producer = startProducer(pipeline)) {
      Object unused = inference.waitForLine("serving version", LIMIT);
      try (ChildJvm caller = startCaller(pipeline)) {
        unused = caller.waitForLine("\"request\":", LIMIT);
        fault.happen(pipeline);
        assertThat(producer.awaitExit(LIMIT)).as("%s", producer.error()).isZero();
        assertThat(caller.awaitExit(LIMIT)).as("%s", caller.error()).isZero();
      }
      Patience.await()
          .until(() -> pipeline.lineage().newest().isPresent() && trained(pipeline) == SAMPLES);
      assertThat(trainer.isAlive()).as("%s", trainer.error()).isTrue();
      assertThat(inference.isAlive()).as("%s", inference.error()).isTrue();
    }
    Audit audit = new Audit(pipeline);
    audit.assertSentOnce(SAMPLES);
    audit.assertTrainedOnce(SAMPLES);
    audit.assertAnsweredOnce(REQUESTS);
    Outcome verified = pipeline.run("models verify", "--payloads");
    assertThat(verified.status()).as("%s", verified.error()).isZero();
  }

  private static long trained(Pipeline pipeline) {
    return pipeline.newest().getSamples();
  }

  private static ChildJvm startTrainer(Pipeline pipeline) {
    return pipeline.start("train", "--spec", "mlp", "--set", "checkpoint.seconds=1");
  }

  private static ChildJvm startProducer(Pipeline pipeline) {
    return pipeline.start(
        "produce",
        "--data",
        TestData.digits(),
        "--limit",
        Integer.toString(SAMPLES),
        "--rate",
        "250");
  }

  private static ChildJvm startCaller(Pipeline pipeline) {
    return pipeline.start(
        "predict",
        "--data",
        TestData.digits(),
        "--skip",
        Integer.toString(SAMPLES),
        "--limit",
        Integer.toString(REQUESTS),
        "--rate",
        "40",
        "--json",
        "--set",
        "requests.timeout.ms=120000");
  }

  private static void awaitReplicas(Pipeline pipeline, int inSync) throws Exception {
    try (Admin admin = admin()) {
      Patience.await()
          .ignoreExceptions()
          .until(
              () ->
                  partitions(admin, pipeline).values().stream()
                      .flatMap(topic -> topic.partitions().stream())
                      .allMatch(partition -> partition.isr().size() == inSync));
    }
  }

  private static void awaitNoLeader(Pipeline pipeline, int broker) throws Exception {
    try (Admin admin = admin()) {
      Patience.await()
          .ignoreExceptions()
          .until(
              () ->
                  partitions(admin, pipeline).values().stream()
                      .flatMap(topic -> topic.partitions().stream())
                      .map(TopicPartitionInfo::leader)
                      .noneMatch(leader -> leader == null || leader.id() == broker));
    }
  }

  private static Map<String, TopicDescription> partitions(Admin admin, Pipeline pipeline)
      throws ExecutionException, InterruptedException {
    return admin
        .describeTopics(Stream.of(Topics.Name.values()).map(pipeline.topics::get).toList())
        .allTopicNames()
        .get();
  }

  private static Admin admin() {
    return Admin.create(Map.of("bootstrap.servers", cluster.bootstrapServers()));
  }
}
