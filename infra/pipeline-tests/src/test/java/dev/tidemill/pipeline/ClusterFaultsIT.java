package dev.tidemill.pipeline;

import dev.tidemill.local.EmbeddedCluster;
import dev.tidemill.pipeline.RunningPipeline.Trainer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Injects faults into a cluster of three brokers while a pipeline sends, trains and serves. Then
 * audits the committed records.
 */
class ClusterFaultsIT {
  private static final int BROKERS = 3;

  private static EmbeddedCluster cluster;
  private static Replicas replicas;

  @BeforeAll
  static void startBrokers(@TempDir Path folder) {
    cluster = EmbeddedCluster.start(folder, BROKERS);
    replicas = new Replicas(cluster.bootstrapServers());
  }

  @AfterAll
  static void stopBrokers() {
    replicas.close();
    cluster.close();
  }

  @Test
  void keepsItsGuaranteesWhileABrokerRestarts() throws Exception {
    runWith(
        "restart",
        running -> {
          cluster.stop(3);
          running.awaitProgress();
          cluster.restart(3);
          replicas.awaitInSync(BROKERS);
          running.awaitProgress();
        });
  }

  @Test
  void keepsItsGuaranteesWhileLeadersMove() throws Exception {
    runWith(
        "moves",
        running -> {
          for (List<Integer> preference :
              List.of(List.of(2, 3, 1), List.of(3, 1, 2), List.of(1, 2, 3))) {
            replicas.lead(preference);
            running.awaitProgress();
          }
        });
  }

  @Test
  void waitsForInSyncReplicas() throws Exception {
    runWith(
        "isr",
        running -> {
          cluster.stop(2);
          cluster.stop(3);
          replicas.awaitTooFew();
          running.awaitOutage();
          cluster.restart(2);
          cluster.restart(3);
          replicas.awaitInSync(BROKERS);
          running.awaitProgress();
        });
  }

  /** A fault of the brokers; returns when it is over. */
  private interface Fault {
    void happen(RunningPipeline running) throws Exception;
  }

  private static void runWith(String name, Fault fault) throws Exception {
    Pipeline pipeline =
        Pipeline.create(cluster.bootstrapServers(), name, "--replication-factor", "3");
    replicas.awaitInSync(BROKERS);
    try (RunningPipeline running = RunningPipeline.start(pipeline, Trainer.LEADS)) {
      fault.happen(running);
      running.stopAndAudit();
    }
  }
}
