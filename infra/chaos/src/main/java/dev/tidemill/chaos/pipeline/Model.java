package dev.tidemill.chaos.pipeline;

import dev.tidemill.chaos.process.JavaCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The one model of a run: drawn digits, one linear layer. */
public final class Model {
  public static final String NAME = "chaos";
  public static final String PREFIX = "tidemill";

  /** Two steps have as many samples as one batch record, so every record is trained to its end. */
  static final int BATCH_SAMPLES = 32;

  static final int BATCHES_PARTITIONS = 2;
  static final int REQUESTS_PARTITIONS = 3;
  private static final int HEAP_MEGABYTES = 160;

  private static final String SPEC =
      """
      name: chaos
      input: {shape: [1, 28, 28], scale: 0.00392156862745098}
      layers:
        - {type: flatten}
        - {type: linear, name: fc1, out_features: 10}
      loss: cross_entropy
      optimizer: {type: adam, learning_rate: 0.001}
      training: {batch_size: 16, seed: 1}
      """;

  private final Path spec;

  private Model(Path spec) {
    this.spec = spec;
  }

  /** Writes the model's spec to a folder. */
  public static Model in(Path folder) throws IOException {
    return new Model(Files.writeString(folder.resolve("chaos.yaml"), SPEC));
  }

  /** Returns the full name of one of the model's topics. */
  public static String topic(String name) {
    return PREFIX + "." + NAME + "." + name;
  }

  Path spec() {
    return spec;
  }

  /** Returns the command that creates the topics. */
  public List<String> createTopics(String bootstrapServers) {
    return command(
        bootstrapServers,
        "topics",
        "create",
        "--replication-factor",
        "3",
        "--batches-partitions",
        Integer.toString(BATCHES_PARTITIONS),
        "--requests-partitions",
        Integer.toString(REQUESTS_PARTITIONS));
  }

  /** Returns the command line of a command of {@code tidemill} for this model. */
  static List<String> command(String bootstrapServers, String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--model", NAME, "--bootstrap-server", bootstrapServers));
    all.addAll(
        List.of(
            // Shorter than Kafka's and Tidemill's, so that a stop of a few seconds exceeds it.
            "--set",
            "consumer.session.timeout.ms=6000",
            // Added partitions are seen within seconds.
            "--set",
            "kafka.metadata.max.age.ms=3000"));
    return JavaCommand.of(JavaCommand.TIDEMILL, HEAP_MEGABYTES, all);
  }
}
