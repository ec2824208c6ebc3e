package dev.tidemill.chaos.cluster;

import dev.tidemill.chaos.network.Link;
import dev.tidemill.chaos.process.JavaCommand;
import dev.tidemill.chaos.process.Worker;
import dev.tidemill.chaos.schedule.Role;
import dev.tidemill.chaos.schedule.Target;
import dev.tidemill.local.QuorumNode;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;

/**
 * Three brokers, each in a process of its own, and for each worker the proxies that lead to them.
 * Any thread.
 */
public final class Cluster implements AutoCloseable {
  private static final int HEAP_MEGABYTES = 224;

  private final Map<Integer, Worker> brokers = new HashMap<>();
  private final Map<Target, Link> links = new HashMap<>();
  private final Map<Target, String> addresses = new HashMap<>();
  private final String bootstrapServers;

  private Cluster(List<BrokerLayout> layouts) {
    bootstrapServers = layouts.stream().map(BrokerLayout::address).collect(Collectors.joining(","));
  }

  /**
   * Starts the brokers, and returns at once.
   *
   * @param data folder of their logs
   * @param output folder of their output
   */
  public static Cluster start(Path data, Path output) throws IOException {
    int nodes = Role.BROKER.processes();
    List<Integer> ports = Ports.free(nodes + BrokerLayout.portsOfAll());
    List<Integer> controllers = ports.subList(0, nodes);
    List<BrokerLayout> layouts = BrokerLayout.ofAll(ports.subList(nodes, ports.size()));
    Cluster cluster = new Cluster(layouts);
    try {
      Map<Integer, Integer> proxies = cluster.openLinks(layouts);
      String id = QuorumNode.newClusterId();
      for (BrokerLayout layout : layouts) {
        Map<String, String> settings =
            layout.settings(
                controllers.get(layout.id() - 1), port -> proxies.getOrDefault(port, port));
        Path folder = data.resolve("broker-" + layout.id());
        Path file = write(settings, data.resolve("broker-" + layout.id() + ".properties"));
        List<String> command = command(layout.id(), id, controllers, folder, file);
        Target target = new Target(Role.BROKER, layout.id());
        cluster.brokers.put(layout.id(), new Worker(target, start -> command, output));
      }
      cluster.brokers.values().forEach(Worker::start);
      return cluster;
    } catch (IOException | RuntimeException e) {
      cluster.close();
      throw e;
    }
  }

  /** Opens a proxy for each listener of a worker; returns its port by the listener's. */
  private Map<Integer, Integer> openLinks(List<BrokerLayout> layouts) throws IOException {
    Map<Integer, Integer> proxies = new HashMap<>();
    for (Target worker : Target.workers()) {
      Link link = new Link(worker.toString());
      links.put(worker, link);
      List<String> bootstrap = new ArrayList<>();
      for (BrokerLayout layout : layouts) {
        int port = known(layout.workers(), worker);
        int proxy = link.open(port);
        proxies.put(port, proxy);
        bootstrap.add("127.0.0.1:" + proxy);
      }
      addresses.put(worker, String.join(",", bootstrap));
    }
    return proxies;
  }

  private static Path write(Map<String, String> settings, Path file) throws IOException {
    Properties properties = new Properties();
    properties.putAll(settings);
    try (Writer out = Files.newBufferedWriter(file)) {
      properties.store(out, "Kafka settings of one broker");
    }
    return file;
  }

  private static List<String> command(
      int broker, String clusterId, List<Integer> controllers, Path folder, Path settings) {
    String ports = controllers.stream().map(String::valueOf).collect(Collectors.joining(","));
    List<String> arguments =
        List.of(Integer.toString(broker), clusterId, ports, folder.toString(), settings.toString());
    return JavaCommand.of(BrokerNode.class.getName(), HEAP_MEGABYTES, arguments);
  }

  /** Returns the addresses that pass no proxy. */
  public String bootstrapServers() {
    return bootstrapServers;
  }

  /** Returns the addresses of a worker's proxies. */
  public String bootstrapServers(Target worker) {
    return known(addresses, worker);
  }

  /** Returns the connections of a worker. */
  public Link link(Target worker) {
    return known(links, worker);
  }

  /** Returns the process of a broker. */
  public Worker broker(int number) {
    return known(brokers, number);
  }

  public List<Worker> brokers() {
    return List.copyOf(brokers.values());
  }

  private static <K, V> V known(Map<K, V> map, K key) {
    V value = map.get(key);
    if (value == null) {
      throw new IllegalArgumentException("there is no " + key);
    }
    return value;
  }

  @Override
  public void close() {
    brokers.values().forEach(Worker::close);
    links.values().forEach(Link::close);
  }
}
