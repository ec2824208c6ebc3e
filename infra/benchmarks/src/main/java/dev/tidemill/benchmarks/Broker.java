package dev.tidemill.benchmarks;

import dev.tidemill.cli.run.ModelContext;
import dev.tidemill.messaging.TopicAdmin;
import dev.tidemill.messaging.TopicPlan;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** A Kafka broker, {@code tidemill broker}, in its own process, on a free port. */
public record Broker(Service service, String bootstrapServers) implements AutoCloseable {
  public static final TopicPlan ONE_PARTITION = new TopicPlan(1, 1, 1);

  /**
   * The default heap stays small and is collected every second under load, for some 20 ms on both
   * of two cores. That would be everybody's 99th percentile.
   */
  private static final List<String> HEAP = List.of("-Xms1g", "-Xmx1g", "-Xmn700m");

  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final Pattern ADDRESS = Pattern.compile("^bootstrap\\.servers=(\\S+)$");

  /** Starts a broker and waits until it listens. Its data is deleted with the context's folder. */
  public static Broker start(BenchContext context) throws InterruptedException {
    String data = context.folder("broker-").toString();
    List<String> arguments = List.of("broker", "--port", "0", "--data-dir", data);
    Launch launch = context.java().launch("broker", HEAP, JavaRuntime.TIDEMILL, arguments);
    Service service = Service.start(launch, ADDRESS, START_LIMIT);
    return new Broker(service, service.awaitLine(ADDRESS, START_LIMIT).group(1));
  }

  @Override
  public void close() {
    service.close();
  }

  /**
   * Creates the topics of a model.
   *
   * @param settings of its context, besides the model and the brokers
   */
  public static ModelContext createModel(
      String bootstrapServers, String model, TopicPlan plan, Map<String, String> settings) {
    Map<String, String> all = new HashMap<>(settings);
    all.putAll(Map.of("model", model, "bootstrap.servers", bootstrapServers));
    ModelContext context = ModelContext.of(all);
    try (TopicAdmin admin = context.openAdmin()) {
      List<String> unused = admin.create(context.topics(), plan);
    }
    return context;
  }
}
