package dev.tidemill.benchmarks.serving;

import dev.tidemill.benchmarks.Broker;
import dev.tidemill.benchmarks.JavaRuntime;
import dev.tidemill.benchmarks.Launch;
import dev.tidemill.cli.run.ModelContext;
import dev.tidemill.messaging.TopicPlan;
import dev.tidemill.schemas.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A model in a benchmark: its topics, its worker, and how it is asked. */
record ServedModel(String model, String bootstrapServers) {
  /** A worker writes this when it can answer. */
  static final Pattern SERVES = Pattern.compile("serving version (\\d+)");

  static final Duration START_LIMIT = Duration.ofSeconds(90);

  /** Creates its topics. */
  static ServedModel create(String model, String bootstrapServers) {
    var unused = Broker.createModel(bootstrapServers, model, TopicPlan.standard(), Map.of());
    return new ServedModel(model, bootstrapServers);
  }

  ModelContext context() {
    return ModelContext.of(Map.of("model", model, "bootstrap.servers", bootstrapServers));
  }

  /** Launches {@code tidemill serve} for it, with settings {@code key=value}. */
  Launch worker(JavaRuntime java, String name, String... settings) {
    List<String> arguments =
        new ArrayList<>(List.of("serve", "--model", model, "--bootstrap-server", bootstrapServers));
    Stream.of(settings).forEach(setting -> arguments.addAll(List.of("--set", setting)));
    return java.launchSmallHeap(name, List.of(), arguments);
  }

  /** Asked with Avro records. */
  LoadTarget target() {
    return target("avro");
  }

  /** Asked in a form; a peer uses topics with the same settings. */
  LoadTarget target(String form) {
    Topics topics = context().topics();
    int partitions = TopicPlan.standard().requestsPartitions();
    return new LoadTarget(model, topics.requests(), topics.predictions(), partitions, form);
  }
}
