package dev.tidemill.pipeline;

import dev.tidemill.schemas.TrainingBatch;
import dev.tidemill.schemas.tensor.Tensors;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;
import java.util.Random;
import org.apache.kafka.clients.producer.ProducerRecord;

/** A model with a few weights, and a table to train it on. */
final class TinyModel {
  /** Samples that {@link #produce} sends. */
  static final int SENT = 20;

  /** Samples per {@link #batch}. */
  static final int SAMPLES = 4;

  /** Requests that {@link #predict} sends. */
  static final int REQUESTS = 3;

  private static final int FEATURES = 3;
  private static final String SPEC =
      """
      name: tiny
      input: {shape: [3]}
      layers:
        - {type: linear, name: fc1, out_features: 2}
      loss: cross_entropy
      optimizer: {type: sgd, learning_rate: 0.01}
      training: {batch_size: 8, seed: 1}
      """;

  private final String spec;
  private final String table;

  private TinyModel(String spec, String table) {
    this.spec = spec;
    this.table = table;
  }

  /** Writes the model's spec and its table to a folder. */
  static TinyModel in(Path folder) throws IOException {
    Random random = new Random(1);
    StringBuilder rows = new StringBuilder("a,b,c,class\n");
    for (int row = 0; row < SENT + REQUESTS; row++) {
      for (int column = 0; column < FEATURES; column++) {
        rows.append(String.format(Locale.ROOT, "%.3f,", random.nextFloat()));
      }
      rows.append(row % 2).append('\n');
    }
    return new TinyModel(
        Files.writeString(folder.resolve("tiny.yaml"), SPEC).toString(),
        Files.writeString(folder.resolve("table.csv"), rows).toString());
  }

  Outcome produce(Pipeline pipeline) {
    return pipeline.run(
        "produce",
        "--data",
        "csv:" + table,
        "--label",
        "class",
        "--limit",
        Integer.toString(SENT),
        "--set",
        "send.batch.samples=8");
  }

  /** Trains everything on the log. */
  Outcome train(Pipeline pipeline) {
    return pipeline.run("train", "--spec", spec, "--exit-at-end", "--set", "engine.threads=1");
  }

  Outcome predict(Pipeline pipeline) {
    return pipeline.run(
        "predict",
        "--data",
        "csv:" + table,
        "--label",
        "class",
        "--skip",
        Integer.toString(SENT),
        "--set",
        "requests.timeout.ms=120000");
  }

  /** Sends the labels of the samples that {@link #predict} asks for. */
  Outcome label(Pipeline pipeline, String idPrefix) {
    return pipeline.run(
        "label",
        "--data",
        "csv:" + table,
        "--label",
        "class",
        "--skip",
        Integer.toString(SENT),
        "--id-prefix",
        idPrefix);
  }

  /** Creates a batch for a partition, from another source than {@link #produce}. */
  static ProducerRecord<byte[], byte[]> batch(Pipeline pipeline, int partition) {
    TrainingBatch batch =
        TrainingBatch.newBuilder()
            .setSource("partition-" + partition)
            .setSequence(0)
            .setFirstSample(0)
            .setInputs(
                Tensors.float32(new long[] {SAMPLES, FEATURES}, new float[SAMPLES * FEATURES]))
            .setLabels(Tensors.int32(new long[] {SAMPLES}, new int[SAMPLES]))
            .setCreatedAt(Instant.now())
            .build();
    return pipeline.codec.record(pipeline.topics.batches(), partition, null, batch);
  }

  /** Creates a record that no reader of the topic can decode. */
  static ProducerRecord<byte[], byte[]> malformed(String topic, int partition) {
    return new ProducerRecord<>(
        topic, partition, null, "no record".getBytes(StandardCharsets.UTF_8));
  }
}
