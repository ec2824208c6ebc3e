package dev.tidemill.local;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.Uuid;

/**
 * One Kafka node in this process, a broker that is also one of the controllers. Unlike in an {@link
 * EmbeddedCluster}, each node of the cluster can be killed, because all of them vote.
 *
 * <p>Its data directory survives a restart and a kill. Thread-safe.
 */
public final class QuorumNode implements AutoCloseable {
  private final Node node;

  private QuorumNode(Node node) {
    this.node = node;
  }

  /** Returns {@code count} distinct ports that are free now; another process may still take one. */
  public static List<Integer> freePorts(int count) {
    return Ports.free(count);
  }

  /** Returns an id for a new cluster. */
  public static String newClusterId() {
    return Uuid.randomUuid().toString();
  }

  /**
   * Starts a node, and returns once it is a registered broker. That needs a majority of the nodes.
   *
   * @param id from 1
   * @param controllerPorts the controllers' ports, in the order of the nodes' ids
   * @param settings Kafka settings of this node, at least {@code listeners}, {@code
   *     advertised.listeners}, {@code listener.security.protocol.map} and {@code
   *     inter.broker.listener.name}, with a listener {@code CONTROLLER}
   * @throws BrokerStartException if the node does not start
   */
  public static QuorumNode start(
      int id,
      Path dataDirectory,
      String clusterId,
      List<Integer> controllerPorts,
      Map<String, String> settings) {
    Map<String, String> all = new HashMap<>();
    all.put("process.roles", "broker,controller");
    all.put("controller.quorum.voters", voters(controllerPorts));
    // Any of them may be the controller that creates a topic.
    all.put("default.replication.factor", Integer.toString(Math.min(3, controllerPorts.size())));
    all.put("min.insync.replicas", Integer.toString(Math.min(2, controllerPorts.size())));
    all.putAll(settings);
    NodeLayout layout =
        new NodeLayout(
            id, dataDirectory, 0, controllerPorts.get(id - 1), controllerPorts.size(), all);
    return new QuorumNode(Node.start(layout, clusterId));
  }

  private static String voters(List<Integer> ports) {
    return IntStream.rangeClosed(1, ports.size())
        .mapToObj(id -> id + "@" + NodeLayout.HOST + ":" + ports.get(id - 1))
        .collect(Collectors.joining(","));
  }

  /**
   * Fails if Kafka has failed.
   *
   * @throws BrokerFailedException with the reason
   */
  public void requireRunning() {
    node.requireRunning();
  }

  /** Flushes the log and stops. Idempotent. */
  @Override
  public void close() {
    node.close();
  }
}
