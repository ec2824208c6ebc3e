package dev.tidemill.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.schemas.Topics;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.WithKafka;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;

/**
 * However topics are configured, every start either works and keeps the guarantees, or ends with
 * status 1 or 2 and names the topic and the setting.
 */
@WithKafka
class TopicConfigurationsIT {
  private static final int CONFIGURATIONS = 200;
  private static final int SAMPLES = 64;
  private static final int REQUESTS = 3;

  private final KafkaCluster kafka;
  private int worked;

  TopicConfigurationsIT(KafkaCluster kafka) {
    this.kafka = kafka;
  }

  @Test
  void everyStartWorksOrNamesTopicAndSetting() throws Exception {
    List<String> failures = new ArrayList<>();
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      for (long seed = 0; seed < CONFIGURATIONS; seed++) {
        TopicConfiguration configuration = TopicConfiguration.draw(seed);
        Pipeline pipeline = Pipeline.over(kafka.bootstrapServers(), "configuration-" + seed);
        configuration.create(admin, pipeline.topics);
        try {
          start(pipeline);
        } catch (AssertionError e) {
          failures.add("seed " + seed + " (" + configuration + "): " + e.getMessage());
        }
        admin.deleteTopics(Stream.of(Topics.Name.values()).map(pipeline.topics::get).toList());
      }
    }
    assertThat(failures).isEmpty();
    assertThat(worked).as("configurations that worked").isGreaterThan(CONFIGURATIONS / 10);
  }

  private void start(Pipeline pipeline) throws Exception {
    boolean all = works(pipeline, produce(pipeline));
    if (all) {
      new Audit(pipeline).assertSentOnce(SAMPLES);
    }
    Outcome trained = train(pipeline);
    if (!works(pipeline, trained) || !all) {
      return;
    }
    // A restart finds what was committed, and trains nothing twice.
    assertThat(train(pipeline).done().error()).anyMatch(line -> line.contains("nothing new"));
    new Audit(pipeline).assertTrainedOnce(SAMPLES);
    if (serves(pipeline)) {
      worked++;
    }
  }

  private static Outcome produce(Pipeline pipeline) {
    return pipeline.run("produce", "--data", "digits", "--limit", Integer.toString(SAMPLES));
  }

  private static Outcome train(Pipeline pipeline) {
    return pipeline.run("train", "--spec", "mlp", "--exit-at-end");
  }

  private static boolean works(Pipeline pipeline, Outcome outcome) {
    if (outcome.status() == 0) {
      return true;
    }
    String said = String.join("\n", outcome.error());
    assertThat(outcome.status()).as(said).isIn(1, 2);
    assertThat(said).contains("tidemill." + pipeline.model + ".").doesNotContain("\tat ");
    assertThat(said)
        .containsAnyOf(
            "partitions",
            "cleanup.policy",
            "max.message.bytes",
            "retention.ms",
            "message.timestamp",
            "holds no");
    return false;
  }

  /** Serves until a few requests are answered; false if the worker or the caller refused. */
  private static boolean serves(Pipeline pipeline) throws Exception {
    try (ServingThread serving = new ServingThread(pipeline)) {
      Optional<Outcome> refused = serving.awaitReadyOrRefused();
      if (refused.isPresent()) {
        return works(pipeline, refused.get());
      }
      Outcome asked =
          pipeline.run("predict", "--data", "digits:seed=2", "--limit", Integer.toString(REQUESTS));
      if (!works(pipeline, asked)) {
        return false;
      }
    }
    new Audit(pipeline).assertAnsweredOnce(REQUESTS);
    return true;
  }
}
