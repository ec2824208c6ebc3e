package dev.tidemill.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.testbed.ChildJvm;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.WithKafka;
import dev.tidemill.testbed.guarantee.SameBits;
import dev.tidemill.testbed.guarantee.Verdict;
import dev.tidemill.testbed.guarantee.WholeCheckpoints;
import dev.tidemill.testbed.history.History;
import dev.tidemill.testbed.history.Manifest;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills and interrupts trainers. Steps, records and checkpoints end at different samples, and the
 * spec uses every kind of training state.
 */
@WithKafka
class KilledTrainerIT {
  private static final int SAMPLES = 1000;
  private static final int EPOCHS = 6;
  private static final String SPEC =
      """
      name: small
      input: {shape: [1, 28, 28], scale: 0.00392156862745098, pad: 2}
      layers:
        - {type: conv2d, name: conv1, out_channels: 6, kernel_size: 5}
        - {type: relu}
        - {type: max_pool2d, kernel_size: 4}
        - {type: flatten}
        - {type: dropout, p: 0.3}
        - {type: linear, name: fc1, out_features: 10}
      loss: cross_entropy
      optimizer: {type: adam, learning_rate: 0.003}
      schedule: {type: cosine, t_max: 200, warmup_steps: 5}
      training: {batch_size: 32, seed: 11, max_grad_norm: 2}
      """;

  private final KafkaCluster kafka;
  @TempDir private Path folder = Path.of("");

  KilledTrainerIT(KafkaCluster kafka) {
    this.kafka = kafka;
  }

  @Test
  void resumesBitIdenticallyAfterTwoKills() throws Exception {
    Path spec = Files.writeString(folder.resolve("small.yaml"), SPEC);
    Pipeline never = produced("never");
    Outcome unused = never.run("train", options(spec)).done();

    Pipeline killed = produced("killed");
    kill(killed, spec, "version \\d+ published: 2,[2-8]");
    assertThat(killed.newest().getSamples()).isBetween(2 * SAMPLES + 1L, EPOCHS * SAMPLES - 1L);
    kill(killed, spec, "version \\d+ published");
    assertThat(killed.newest().getSamples()).isLessThan(EPOCHS * SAMPLES);
    Outcome last = killed.run("train", options(spec)).done();
    assertThat(String.join("\n", last.error())).contains("continues from version");

    assertThat(killed.run("models verify", "--payloads", "--json").done().rows())
        .allSatisfy(row -> assertThat(row.get("ok").asBoolean()).isTrue());
    History history = killed.history();
    new Audit(history).assertTrainedOnce((long) EPOCHS * SAMPLES, 0);
    Verdict.of(SameBits.check(end(never, never.history()), end(killed, history))).require();
    assertThat(weights(killed)).hasSameBinaryContentAs(weights(never));
  }

  @Test
  void publishesEverythingTrainedOnCtrlC() throws Exception {
    Path spec = Files.writeString(folder.resolve("small.yaml"), SPEC);
    Pipeline pipeline = produced("interrupted");
    try (ChildJvm trainer =
        pipeline.start(
            "train",
            "--spec",
            spec.toString(),
            "--set",
            "progress.interval.ms=1000",
            "--set",
            "checkpoint.interval.ms=600000")) {
      Object unused = trainer.waitForLine("train: .*[1-9]\\d* samples", Duration.ofMinutes(2));
      assertThat(pipeline.lineage().newest()).isEmpty();
      trainer.interrupt();
      assertThat(trainer.awaitExit(Duration.ofMinutes(1))).isEqualTo(130);
    }
    assertThat(pipeline.newest().getSamples()).isPositive();
    assertThat(pipeline.newest().getSteps() * 32).isEqualTo(pipeline.newest().getSamples());
    assertThat(pipeline.run("models verify", "--payloads").status()).isZero();
  }

  private static SameBits.End end(Pipeline pipeline, History history) {
    Manifest newest = history.versions().get(history.versions().size() - 1);
    byte[] payload = pipeline.historyReader().payload(newest);
    Verdict.of(WholeCheckpoints.checkPayload(newest, payload)).require();
    return new SameBits.End(newest, ByteBuffer.wrap(payload));
  }

  private Pipeline produced(String stem) {
    Pipeline pipeline = Pipeline.create(kafka, stem);
    Outcome unused =
        pipeline
            .run(
                "produce",
                "--data",
                TestData.digits(),
                "--limit",
                Integer.toString(SAMPLES),
                "--batch-size",
                "50")
            .done();
    return pipeline;
  }

  private static void kill(Pipeline pipeline, Path spec, String when) throws Exception {
    try (ChildJvm trainer = pipeline.start("train", options(spec))) {
      Object unused = trainer.waitForLine(when, Duration.ofMinutes(3));
      trainer.kill();
    }
  }

  private static String[] options(Path spec) {
    return new String[] {
      "--spec",
      spec.toString(),
      "--epochs",
      Integer.toString(EPOCHS),
      "--exit-at-end",
      "--checkpoint-interval-samples",
      "150"
    };
  }

  private Path weights(Pipeline pipeline) {
    Path file = folder.resolve(pipeline.model + ".safetensors");
    Outcome unused = pipeline.run("models export", "--with-optimizer", file.toString()).done();
    return file;
  }
}
