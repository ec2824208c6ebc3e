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
 * Several brokers in this process, numbered from 1; number 1 is the cluster's only controller too.
 *
 * <p>Any but number 1 may be stopped and started again while clients go on. Thread-safe.
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
   * Starts {@code brokers} brokers, each in a directory of its own below the given one, and returns
   * when all answer.
   *
   * @throws BrokerStartException when one of them does not start; then none is left running
   */
  public static EmbeddedCluster start(Path dataDirectory, int brokers) {
    if (brokers < 1) {
      throw new BrokerStartException("a cluster has at least 1 broker, not " + brokers);
    }
    String clusterId = Uuid.randomUuid().toString();
    return Ports.retryingLostOnes(
        () -> {
          Map<Integer, NodeLayout> layouts = layOut(dataDirectory, brokers);
          return new EmbeddedCluster(clusterId, layouts, startAll(layouts, clusterId));
        });
  }

  /** The addresses of all brokers, stopped ones included, as {@code bootstrap.servers} wants it. */
  public String bootstrapServers() {
    return layouts.values().stream().map(NodeLayout::address).collect(Collectors.joining(","));
  }

  /** Stops one broker in good order; its partitions move to the others. */
  public void stop(int broker) {
    Node node;
    synchronized (running) {
      node = running.remove(broker);
    }
    if (node == null) {
      throw new IllegalArgumentException("broker " + broker + " does not run");
    }
    node.close();
  }

  /** Starts a stopped broker again, on its old port and directory. */
  public void restart(int broker) {
    synchronized (running) {
      NodeLayout layout = layouts.get(broker);
      if (layout == null || running.containsKey(broker)) {
        throw new IllegalArgumentException("broker " + broker + " is not a stopped one");
      }
      running.put(broker, Node.start(layout, clusterId));
    }
  }

  /** Stops all brokers, the controller last. Closing twice does nothing. */
  @Override
  public void close() {
    List<Node> nodes;
    synchronized (running) {
      nodes = new ArrayList<>(running.values());
      running.clear();
    }
    closeAll(nodes);
  }

  private static Map<Integer, NodeLayout> layOut(Path directory, int brokers) {
    List<Integer> ports = Ports.free(brokers + 1);
    Map<Integer, NodeLayout> layouts = new TreeMap<>();
    for (int id = 1; id <= brokers; id++) {
      Path own = directory.resolve("broker-" + id);
      layouts.put(id, new NodeLayout(id, own, ports.get(id), ports.get(0), brokers));
    }
    return layouts;
  }

  private static Map<Integer, Node> startAll(Map<Integer, NodeLayout> layouts, String clusterId) {
    // At the same time: a broker waits for the controller, which waits for nobody.
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
