package dev.tidemill.benchmarks.serving;

import dev.tidemill.benchmarks.JavaRuntime;
import dev.tidemill.benchmarks.Launch;
import dev.tidemill.cli.run.ModelContext;
import dev.tidemill.messaging.TopicAdmin;
import dev.tidemill.messaging.TopicPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** A model of ours in a benchmark: its topics, who answers for it, and how it is asked. */
record ServedModel(String model, String bootstrapServers) {
  static final int PARTITIONS = TopicPlan.standard().requestsPartitions();

  /** What {@code ./tidemill serve} gives its JVM; the same goes for the environment. */
  private static final List<String> LAUNCHERS_FLAGS =
      List.of("-XX:+UseSerialGC", "-Xms48m", "-XX:NewSize=24m");

  /** What a worker says when it can answer. */
  static final Pattern SERVES = Pattern.compile("serving version (\\d+)");

  /** Makes its topics. */
  static ServedModel create(String model, String bootstrapServers) {
    ServedModel served = new ServedModel(model, bootstrapServers);
    ModelContext site = served.site();
    try (TopicAdmin admin = site.openAdmin()) {
      List<String> unused = admin.create(site.topics(), TopicPlan.standard());
    }
    return served;
  }

  ModelContext site() {
    return ModelContext.of(Map.of("model", model, "bootstrap.servers", bootstrapServers));
  }

  /** How {@code tidemill serve} is started for it, with settings {@code key=value}. */
  Launch worker(JavaRuntime java, String name, List<String> settings) {
    List<String> arguments =
        new ArrayList<>(List.of("serve", "--model", model, "--bootstrap-server", bootstrapServers));
    settings.forEach(setting -> arguments.addAll(List.of("--set", setting)));
    return java.launch(name, LAUNCHERS_FLAGS, "dev.tidemill.cli.Tidemill", arguments)
        .withEnvironment(Map.of("MALLOC_ARENA_MAX", "2"));
  }

  /** Asked with records of the protocol. */
  LoadTarget target() {
    return target("avro");
  }

  /** Asked by whom the form is for; a peer uses topics of the same settings. */
  LoadTarget target(String form) {
    return new LoadTarget(
        model, site().topics().requests(), site().topics().predictions(), PARTITIONS, form);
  }
}
