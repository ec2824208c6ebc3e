package dev.tidemill.local;

import java.nio.file.Path;
import org.apache.kafka.common.Uuid;

/**
 * One Kafka broker in this process, its own KRaft controller included.
 *
 * <p>It listens on 127.0.0.1 only and creates no topic by itself. Its data directory survives a
 * restart and a kill; a second broker on the same directory is refused. Thread-safe.
 */
public final class EmbeddedBroker implements AutoCloseable {
  private final Node node;

  private EmbeddedBroker(Node node) {
    this.node = node;
  }

  /**
   * Starts a broker and returns when it answers (about 3 s in a cold JVM).
   *
   * @param dataDirectory made when absent, formatted when empty
   * @param port where clients connect; 0 takes a free one
   * @throws BrokerStartException when the port is in use, the directory belongs to another running
   *     broker or holds something else, or Kafka itself gives up
   */
  public static EmbeddedBroker start(Path dataDirectory, int port) {
    requirePort(port);
    String clusterId = Uuid.randomUuid().toString();
    return Ports.retryingLostOnes(
        () -> {
          int controllerPort = Ports.free(1).get(0);
          int brokerPort = port == 0 ? Ports.freeBut(controllerPort) : Ports.requireFree(port);
          NodeLayout layout =
              new NodeLayout(
                  NodeLayout.CONTROLLER_ID, dataDirectory, brokerPort, controllerPort, 1);
          return new EmbeddedBroker(Node.start(layout, clusterId));
        });
  }

  /** Where clients connect, as {@code bootstrap.servers} wants it. */
  public String bootstrapServers() {
    return node.layout().address();
  }

  /** The directory that holds the log. */
  public Path dataDirectory() {
    return node.layout().dataDirectory();
  }

  /**
   * Fails once Kafka has given up, e.g. because the disk is full. Close it then.
   *
   * @throws BrokerFailedException with the reason
   */
  public void requireRunning() {
    node.requireRunning();
  }

  /** Flushes the log and stops; the directory may be used again. Closing twice does nothing. */
  @Override
  public void close() {
    node.close();
  }

  private static void requirePort(int port) {
    if (port < 0 || port > 65_535) {
      throw new BrokerStartException("port " + port + " is not between 0 and 65535");
    }
  }
}
