package dev.tidemill.messaging;

import dev.tidemill.runtime.MeterDefinition;
import dev.tidemill.runtime.MeterGroup;
import dev.tidemill.runtime.WorkerMetrics;
import io.micrometer.core.instrument.Meter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.metrics.KafkaMetric;
import org.apache.kafka.common.metrics.MetricsReporter;
import org.jspecify.annotations.Nullable;

/**
 * A selection of what Kafka's clients measure of themselves. The clients of one {@link
 * KafkaClients} report to one of these through {@link Reporter}. Clients with one id are exported
 * as one: their sum, which never falls while one of them is open. Any thread.
 */
public final class ClientMetrics {
  /** What the metrics page says of them. */
  public static final MeterGroup METERS = new MeterGroup("Kafka clients (all workers)");

  private static final String CLIENT = "client";

  /** By Kafka's name; each is of the whole client, not of a node, topic or partition. */
  private static final Map<String, MeterDefinition> SELECTED = new HashMap<>();

  static {
    select("request-total", "kafka.requests", "Requests that the client sent.");
    select("outgoing-byte-total", "kafka.sent.bytes", "Bytes that the client sent.");
    select("incoming-byte-total", "kafka.received.bytes", "Bytes that the client received.");
    select("connection-creation-total", "kafka.connections.opened", "Connections opened.");
    select(
        "failed-authentication-total",
        "kafka.authentication.failures",
        "Connections on which the client was not authenticated.");
    select("record-send-total", "kafka.records.sent", "Records that a producer sent.");
    select("record-retry-total", "kafka.record.retries", "Records that a producer sent once more.");
    select("record-error-total", "kafka.record.errors", "Records that a producer could not send.");
    select("records-consumed-total", "kafka.records.consumed", "Records that a consumer read.");
    select("rebalance-total", "kafka.rebalances", "Rebalances that a group member took part in.");
  }

  private final Map<Key, Sum> sums = new HashMap<>();
  private final Map<Key, Meter> meters = new HashMap<>();
  private @Nullable WorkerMetrics exported;

  private static void select(String kafkaName, String name, String description) {
    SELECTED.put(kafkaName, METERS.counter("tidemill." + name, description, CLIENT));
  }

  /** Exports the clients of now and those to come, as metrics of a worker of this process. */
  synchronized void exportTo(WorkerMetrics worker) {
    exported = worker;
    List.copyOf(sums.keySet()).forEach(this::register);
  }

  private synchronized void changed(KafkaMetric metric) {
    Key key = key(metric.metricName());
    if (key != null) {
      sums.computeIfAbsent(key, added -> new Sum()).add(metric);
      register(key);
    }
  }

  private void register(Key key) {
    WorkerMetrics to = exported;
    if (to != null) {
      meters.computeIfAbsent(
          key, added -> to.counter(added.meter(), this, all -> all.read(added), added.client()));
    }
  }

  private synchronized double read(Key key) {
    Sum sum = sums.get(key);
    return sum == null ? Double.NaN : sum.read();
  }

  /** The last client of an id takes the metric with it. */
  private synchronized void removed(KafkaMetric metric) {
    Key key = key(metric.metricName());
    Sum sum = key == null ? null : sums.get(key);
    if (key != null && sum != null && sum.remove(metric)) {
      sums.remove(key);
      Meter meter = meters.remove(key);
      if (meter != null && exported != null) {
        exported.remove(meter);
      }
    }
  }

  /** Returns null for a metric that is not selected, or that is of a part of a client. */
  private static @Nullable Key key(MetricName name) {
    MeterDefinition meter = SELECTED.get(name.name());
    String client = name.tags().get("client-id");
    return meter == null || client == null || name.tags().size() > 1
        ? null
        : new Key(meter, client);
  }

  private record Key(MeterDefinition meter, String client) {}

  /** A counter of all clients with one id, closed ones included. Guarded by its owner. */
  private static final class Sum {
    /** The last value of each open client's metric; a metric equals only itself. */
    private final Map<KafkaMetric, Double> open = new HashMap<>();

    private double closed;

    void add(KafkaMetric metric) {
      open.putIfAbsent(metric, 0.0);
    }

    /** Returns whether it was the last one. */
    boolean remove(KafkaMetric metric) {
      read();
      Double last = open.remove(metric);
      closed += last == null ? 0 : last;
      return open.isEmpty();
    }

    /** A metric that cannot be read counts with its last value. */
    double read() {
      open.replaceAll(
          (metric, last) ->
              metric.metricValue() instanceof Number value && Double.isFinite(value.doubleValue())
                  ? Math.max(last, value.doubleValue())
                  : last);
      return closed + open.values().stream().mapToDouble(Double::doubleValue).sum();
    }
  }

  /** What a client creates to report its metrics; its configuration names where to. */
  public static final class Reporter implements MetricsReporter {
    /** Key of the {@link ClientMetrics} in a client's configuration. */
    static final String TARGET = "tidemill.client.metrics";

    /** A client that closes does not remove its metrics one by one. */
    private final Set<KafkaMetric> reported = ConcurrentHashMap.newKeySet();

    private @Nullable ClientMetrics target;

    @Override
    public void configure(Map<String, ?> configs) {
      target = (ClientMetrics) configs.get(TARGET);
    }

    @Override
    public void init(List<KafkaMetric> present) {
      List.copyOf(present).forEach(this::metricChange);
    }

    @Override
    public void metricChange(KafkaMetric metric) {
      if (target != null && key(metric.metricName()) != null) {
        reported.add(metric);
        target.changed(metric);
      }
    }

    @Override
    public void metricRemoval(KafkaMetric metric) {
      if (target != null && reported.remove(metric)) {
        target.removed(metric);
      }
    }

    @Override
    public void close() {
      List.copyOf(reported).forEach(this::metricRemoval);
    }
  }
}
