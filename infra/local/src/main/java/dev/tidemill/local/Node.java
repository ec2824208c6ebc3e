package dev.tidemill.local;

import dev.tidemill.natives.CompressionLibraries;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicBoolean;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;

/** One running Kafka server and the directory it holds. */
final class Node implements AutoCloseable {
  private final NodeLayout layout;
  private final DataDirectory directory;
  private final KafkaRaftServer server;
  private final AtomicBoolean closed = new AtomicBoolean();

  private Node(NodeLayout layout, DataDirectory directory, KafkaRaftServer server) {
    this.layout = layout;
    this.directory = directory;
    this.server = server;
  }

  static Node start(NodeLayout layout, String clusterId) {
    // A broker looks into what producers compressed.
    CompressionLibraries.load();
    DataDirectory directory = DataDirectory.hold(layout.dataDirectory());
    try {
      Properties kafka = layout.properties();
      directory.formatIfNew(kafka, clusterId);
      return new Node(layout, directory, startServer(layout, kafka));
    } catch (RuntimeException e) {
      directory.close();
      throw e;
    }
  }

  NodeLayout layout() {
    return layout;
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      try {
        server.shutdown();
        server.awaitShutdown();
      } finally {
        directory.close();
      }
    }
  }

  private static KafkaRaftServer startServer(NodeLayout layout, Properties kafka) {
    try {
      return FatalExits.refusedDuring(() -> startServer(kafka));
    } catch (RuntimeException e) {
      if (Ports.isLost(e)) {
        throw new Ports.LostPortException(e);
      }
      throw new BrokerStartException(
          "the broker in " + layout.dataDirectory() + " did not start: " + e.getMessage(), e);
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
