package dev.tidemill.local;

import java.nio.file.Path;
import java.util.Map;
import org.apache.kafka.common.Uuid;

/**
 * One Kafka broker in this process, including its KRaft controller.
 *
 * <p>It listens on 127.0.0.1 only and does not create topics automatically. Its data directory
 * survives a restart and a kill; a second broker on the same directory fails to start. Thread-safe.
 */
public final class EmbeddedBroker implements AutoCloseable {
  private final Node node;

  private EmbeddedBroker(Node node) {
    this.node = node;
  }

  /**
   * Starts a broker and returns once it answers (about 3 s in a cold JVM).
   *
   * @param dataDirectory created if it does not exist, formatted if it is empty
   * @param port the port for clients; 0 selects a free one
   * @throws BrokerStartException if the port is in use, the directory belongs to another running
   *     broker or has other contents, or Kafka fails
   */
  public static EmbeddedBroker start(Path dataDirectory, int port) {
    requirePort(port);
    String clusterId = Uuid.randomUuid().toString();
    return Ports.retryLostPorts(
        () -> {
          int controllerPort = Ports.free(1).get(0);
          int brokerPort = port == 0 ? Ports.freeExcept(controllerPort) : Ports.requireFree(port);
          NodeLayout layout =
              new NodeLayout(
                  NodeLayout.CONTROLLER_ID, dataDirectory, brokerPort, controllerPort, 1, Map.of());
          return new EmbeddedBroker(Node.start(layout, clusterId));
        });
  }

  /** Returns the address for clients, in the form of {@code bootstrap.servers}. */
  public String bootstrapServers() {
    return node.layout().address();
  }

  /** Returns the directory that contains the log. */
  public Path dataDirectory() {
    return node.layout().dataDirectory();
  }

  /**
   * Fails if Kafka has failed, for example because the disk is full. The caller should then close
   * the broker.
   *
   * @throws BrokerFailedException with the reason
   */
  public void requireRunning() {
    node.requireRunning();
  }

  /** Flushes the log and stops; the directory can be used again. Idempotent. */
  @Override
  public void close() {
    node.close();
  }

  private static void requirePort(int port) {
    if (port < 0 || port > 65_535) {
      throw new BrokerStartException("port is " + port + ", must be between 0 and 65535");
    }
  }
}
