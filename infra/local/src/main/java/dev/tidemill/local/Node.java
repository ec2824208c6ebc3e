package dev.tidemill.local;

import dev.tidemill.natives.CompressionLibraries;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicBoolean;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;
import org.jspecify.annotations.Nullable;

/** One running Kafka server and the data directory that it holds. */
final class Node implements AutoCloseable {
  private static final long FAILED_STOP_MS = 5_000;

  private final NodeLayout layout;
  private final DataDirectory directory;
  private final KafkaRaftServer server;
  private final AtomicBoolean closed = new AtomicBoolean();
  private final Runnable recordFailure = this::recordFailure;
  private volatile @Nullable String failure;

  private Node(NodeLayout layout, DataDirectory directory, KafkaRaftServer server) {
    this.layout = layout;
    this.directory = directory;
    this.server = server;
  }

  static Node start(NodeLayout layout, String clusterId) {
    // The broker decompresses producers' batches to validate them.
    CompressionLibraries.load();
    DataDirectory directory = DataDirectory.hold(layout.dataDirectory());
    try {
      Properties kafka = layout.properties();
      directory.formatIfNew(kafka, clusterId);
      Node node = new Node(layout, directory, startServer(layout, directory, kafka));
      FatalExits.addFailureAction(node.recordFailure);
      return node;
    } catch (RuntimeException e) {
      directory.close();
      throw e;
    }
  }

  NodeLayout layout() {
    return layout;
  }

  /**
   * Fails if Kafka has failed.
   *
   * @throws BrokerFailedException with the reason
   */
  void requireRunning() {
    String why = failure;
    if (why != null) {
      throw new BrokerFailedException(
          "the broker in " + layout.dataDirectory() + " has failed: " + why);
    }
  }

  /**
   * Records the failure. Probes the directory immediately, because whatever filled the disk may be
   * gone later.
   */
  private void recordFailure() {
    failure = directory.fault().orElse("see Kafka's log messages for the reason");
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      FatalExits.removeFailureAction(recordFailure);
      try {
        if (failure != null) {
          stopFailed();
        } else {
          server.shutdown();
          server.awaitShutdown();
        }
      } finally {
        directory.close();
      }
    }
  }

  /** Stops a failed server without waiting for parts that may never end. */
  private void stopFailed() {
    Thread stopping = new Thread(server::shutdown, "stop-failed-broker");
    stopping.setDaemon(true);
    // Errors now are consequences of the failure.
    stopping.setUncaughtExceptionHandler((thread, consequence) -> {});
    stopping.start();
    try {
      stopping.join(FAILED_STOP_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static KafkaRaftServer startServer(
      NodeLayout layout, DataDirectory directory, Properties kafka) {
    try {
      return FatalExits.duringStart(() -> startServer(kafka));
    } catch (RuntimeException e) {
      if (Ports.isLost(e)) {
        throw new Ports.LostPortException(e);
      }
      throw new BrokerStartException(
          "the broker in "
              + layout.dataDirectory()
              + " did not start: "
              + directory.fault().orElse(String.valueOf(e.getMessage())),
          e);
    }
  }

  private static KafkaRaftServer startServer(Properties kafka) {
    KafkaRaftServer server = new KafkaRaftServer(KafkaConfig.fromProps(kafka, false), Time.SYSTEM);
    try {
      server.startup();
      return server;
    } catch (RuntimeException e) {
      stopHalfStarted(server, e);
      throw e;
    }
  }

  private static void stopHalfStarted(KafkaRaftServer server, RuntimeException failure) {
    try {
      server.shutdown();
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
  }
}
