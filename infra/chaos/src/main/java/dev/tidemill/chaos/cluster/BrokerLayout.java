package dev.tidemill.chaos.cluster;

import dev.tidemill.chaos.schedule.Role;
import dev.tidemill.chaos.schedule.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntUnaryOperator;

/**
 * The ports of one broker. It has a listener of its own for each worker, which it advertises with
 * the port of that worker's proxy. So each worker's connections pass its own proxy, and what the
 * brokers tell each other passes none.
 *
 * @param id from 1
 * @param internal port of the brokers and of this program
 * @param workers port of each worker's listener
 */
record BrokerLayout(int id, int internal, Map<Target, Integer> workers) {
  private static final String HOST = "127.0.0.1:";
  private static final String INTERNAL = "INTERNAL";
  private static final String CONTROLLER = "CONTROLLER";

  static List<BrokerLayout> ofAll(List<Integer> ports) {
    List<BrokerLayout> layouts = new ArrayList<>();
    int next = 0;
    for (int id = 1; id <= Role.BROKER.processes(); id++) {
      int internal = ports.get(next++);
      Map<Target, Integer> workers =
          new TreeMap<>(java.util.Comparator.comparing(Target::toString));
      for (Target worker : Target.workers()) {
        workers.put(worker, ports.get(next++));
      }
      layouts.add(new BrokerLayout(id, internal, workers));
    }
    return layouts;
  }

  /** Returns how many ports {@link #ofAll} needs. */
  static int portsOfAll() {
    return Role.BROKER.processes() * (1 + Target.workers().size());
  }

  String address() {
    return HOST + internal;
  }

  /**
   * Returns the Kafka settings.
   *
   * @param proxies from the port of a worker's listener to that of its proxy
   */
  Map<String, String> settings(int controllerPort, IntUnaryOperator proxies) {
    List<String> listeners = new ArrayList<>();
    List<String> advertised = new ArrayList<>();
    List<String> protocols = new ArrayList<>();
    listeners.add(CONTROLLER + "://" + HOST + controllerPort);
    listeners.add(INTERNAL + "://" + HOST + internal);
    advertised.add(INTERNAL + "://" + HOST + internal);
    protocols.add(CONTROLLER + ":PLAINTEXT");
    protocols.add(INTERNAL + ":PLAINTEXT");
    workers.forEach(
        (worker, port) -> {
          String name = worker.toString().toUpperCase(Locale.ROOT).replace('-', '_');
          listeners.add(name + "://" + HOST + port);
          advertised.add(name + "://" + HOST + proxies.applyAsInt(port));
          protocols.add(name + ":PLAINTEXT");
        });
    Map<String, String> settings = new TreeMap<>();
    settings.put("listeners", String.join(",", listeners));
    settings.put("advertised.listeners", String.join(",", advertised));
    settings.put("listener.security.protocol.map", String.join(",", protocols));
    settings.put("inter.broker.listener.name", INTERNAL);
    // For each listener.
    settings.put("num.network.threads", "1");
    settings.put("broker.session.timeout.ms", "6000");
    settings.put("transaction.abort.timed.out.transaction.cleanup.interval.ms", "1000");
    settings.put("offsets.topic.num.partitions", "3");
    settings.put("transaction.state.log.num.partitions", "3");
    return settings;
  }
}
