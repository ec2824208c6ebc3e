package dev.tidemill.local;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.apache.kafka.common.Uuid;

/**
 * Several brokers in this process, numbered from 1. Broker 1 is also the cluster's only controller.
 *
 * <p>Every broker except broker 1 can be stopped and restarted while clients continue. Thread-safe.
 */
public final class EmbeddedCluster implements AutoCloseable {
  private final String clusterId;
  private final Map<Integer, NodeLayout> layouts;
  private final Map<Integer, Node> running;

  private EmbeddedCluster(
      String clusterId, Map<Integer, NodeLayout> layouts, Map<Integer, Node> running) {
    this.clusterId = clusterId;
    this.layouts = layouts;
    this.running = running;
  }

  /**
   * Starts {@code brokers} brokers, each in its own subdirectory, and returns once all answer.
   *
   * @throws BrokerStartException if one of them does not start; then none is left running
   */
  public static EmbeddedCluster start(Path dataDirectory, int brokers) {
    return start(dataDirectory, brokers, Map.of());
  }

  /**
   * As {@link #start(Path, int)}, with Kafka settings of all brokers and the controller, for
   * example an authorizer.
   */
  public static EmbeddedCluster start(
      Path dataDirectory, int brokers, Map<String, String> settings) {
    if (brokers < 1) {
      throw new BrokerStartException("a cluster has at least 1 broker, not " + brokers);
    }
    String clusterId = Uuid.randomUuid().toString();
    return Ports.retryLostPorts(
        () -> {
          Map<Integer, NodeLayout> layouts = layOut(dataDirectory, brokers, settings);
          return new EmbeddedCluster(clusterId, layouts, startAll(layouts, clusterId));
        });
  }

  /**
   * Returns the addresses of all brokers, including stopped ones, in the form of {@code
   * bootstrap.servers}.
   */
  public String bootstrapServers() {
    return layouts.values().stream().map(NodeLayout::address).collect(Collectors.joining(","));
  }

  /** Shuts down one broker cleanly; its partitions move to the others. */
  public void stop(int broker) {
    Node node;
    synchronized (running) {
      node = running.remove(broker);
    }
    if (node == null) {
      throw new IllegalArgumentException("broker " + broker + " is not running");
    }
    node.close();
  }

  /** Restarts a stopped broker with the same port and directory. */
  public void restart(int broker) {
    synchronized (running) {
      NodeLayout layout = layouts.get(broker);
      if (layout == null || running.containsKey(broker)) {
        throw new IllegalArgumentException("broker " + broker + " is unknown or still running");
      }
      running.put(broker, Node.start(layout, clusterId));
    }
  }

  /** Stops all brokers, the controller last. Idempotent. */
  @Override
  public void close() {
    List<Node> nodes;
    synchronized (running) {
      nodes = new ArrayList<>(running.values());
      running.clear();
    }
    closeAll(nodes);
  }

  private static Map<Integer, NodeLayout> layOut(
      Path directory, int brokers, Map<String, String> settings) {
    List<Integer> ports = Ports.free(brokers + 1);
    Map<Integer, NodeLayout> layouts = new TreeMap<>();
    for (int id = 1; id <= brokers; id++) {
      Path own = directory.resolve("broker-" + id);
      layouts.put(id, new NodeLayout(id, own, ports.get(id), ports.get(0), brokers, settings));
    }
    return layouts;
  }

  private static Map<Integer, Node> startAll(Map<Integer, NodeLayout> layouts, String clusterId) {
    // In parallel: a broker waits for the controller, which waits for nobody.
    List<CompletableFuture<Node>> starts = new ArrayList<>();
    for (NodeLayout layout : layouts.values()) {
      starts.add(
          CompletableFuture.supplyAsync(
              () -> Node.start(layout, clusterId),
              task -> new Thread(task, "start-broker-" + layout.id()).start()));
    }
    Map<Integer, Node> running = new TreeMap<>();
    List<Throwable> failures = new ArrayList<>();
    for (CompletableFuture<Node> start : starts) {
      start
          .handle(
              (node, failure) ->
                  node == null ? failures.add(failure) : running.put(node.layout().id(), node))
          .join();
    }
    if (!failures.isEmpty()) {
      closeAll(running.values());
      throw causeOf(failures.get(0));
    }
    return running;
  }

  private static RuntimeException causeOf(Throwable failure) {
    return failure.getCause() instanceof RuntimeException cause
        ? cause
        : new IllegalStateException(failure);
  }

  private static void closeAll(Collection<Node> nodes) {
    nodes.stream()
        .sorted(Comparator.comparingInt((Node node) -> node.layout().id()).reversed())
        .forEach(Node::close);
  }
}
