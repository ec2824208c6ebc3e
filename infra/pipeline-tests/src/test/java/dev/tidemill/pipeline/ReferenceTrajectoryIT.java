package dev.tidemill.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.testbed.ChildJvm;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.WithKafka;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reproduces training runs of PyTorch with the command line, through Kafka. */
@WithKafka
class ReferenceTrajectoryIT {
  private static final int TRAINED = 8000;
  private static final int BATCH = 64;

  private final KafkaCluster kafka;
  @TempDir private Path folder = Path.of("");

  ReferenceTrajectoryIT(KafkaCluster kafka) {
    this.kafka = kafka;
  }

  @Test
  void matchesPyTorchWithSgdAndMomentum() throws Exception {
    assertSameTrajectory("lenet-sgd-momentum", "--optimizer", "sgd", "--learning-rate", "0.01");
  }

  @Test
  void matchesPyTorchWithAdam() throws Exception {
    assertSameTrajectory("lenet-adam", "--optimizer", "adam", "--learning-rate", "0.001");
  }

  private void assertSameTrajectory(String name, String... optimizer) throws Exception {
    Path reference = TestData.SHARED.resolve("reference").resolve(name);
    assumeTrue(Files.isDirectory(reference), "no reference files at " + reference);
    assumeTrue(Files.isDirectory(TestData.MNIST), "no images at " + TestData.MNIST);
    JsonNode expected = Outcome.parse(Files.readString(reference.resolve("reference.json")));
    Pipeline pipeline = trained(reference.resolve("init.safetensors"), optimizer);

    assertLosses(pipeline.versions(), expected.get("losses"));
    assertWeights(pipeline, reference.resolve("final.safetensors"));
    assertThat(accuracy(pipeline))
        .isEqualTo(expected.get("accuracy_on_images_8000_to_9999").asDouble(), within(0.002));
  }

  private Pipeline trained(Path init, String... optimizer) {
    Pipeline pipeline = Pipeline.create(kafka, "reference");
    Outcome sent =
        pipeline.run("produce", "--data", "idx:" + TestData.MNIST, "--limit", "" + TRAINED).done();
    String[] options = {
      "--init",
      init.toString(),
      "--epochs",
      "1",
      "--exit-at-end",
      "--batch-size",
      Integer.toString(BATCH),
      "--checkpoint-interval-samples",
      Integer.toString(BATCH),
      "--set",
      "checkpoint.interval.ms=600000",
      optimizer[0],
      optimizer[1],
      optimizer[2],
      optimizer[3]
    };
    assertThat(sent.status() + pipeline.run("train", options).done().status()).isZero();
    return pipeline;
  }

  /** Compares losses. A manifest contains the mean over the steps that it added, mostly one. */
  private static void assertLosses(List<Checkpoint> versions, JsonNode losses) {
    int step = 0;
    for (Checkpoint version : versions) {
      int end = Math.toIntExact(version.getSteps());
      double sum = 0;
      int steps = end - step;
      while (step < end) {
        sum += losses.get(step++).asDouble();
      }
      if (steps > 0) {
        double mean = sum / steps;
        assertThat(version.getLoss())
            .as("loss up to step %s", end)
            .isNotNull()
            .isEqualTo(mean, within(1e-3 * mean));
      }
    }
    assertThat(step).isEqualTo(losses.size());
  }

  private void assertWeights(Pipeline pipeline, Path expected) throws IOException {
    Path exported = folder.resolve("final.safetensors");
    Outcome unused = pipeline.run("models export", exported.toString()).done();
    Map<String, PlainLenet.Weights> ours = PlainLenet.of(exported).tensors();
    Map<String, PlainLenet.Weights> theirs = PlainLenet.of(expected).tensors();
    assertThat(ours.keySet()).isEqualTo(theirs.keySet());
    theirs.forEach(
        (name, tensor) -> {
          FloatBuffer values = Outcome.of(ours, name).values();
          for (int i = 0; i < values.capacity(); i++) {
            assertThat(values.get(i))
                .as("%s[%s]", name, i)
                .isEqualTo(tensor.values().get(i), within(1e-3f));
          }
        });
  }

  private static double accuracy(Pipeline pipeline) {
    try (ChildJvm inference = pipeline.start("serve")) {
      Outcome asked =
          pipeline
              .run(
                  "predict",
                  "--data",
                  "idx:" + TestData.MNIST,
                  "--skip",
                  "" + TRAINED,
                  "--limit",
                  "2000",
                  "--json")
              .done();
      assertThat(inference.isAlive()).isTrue();
      return asked.summary().get("accuracy").asDouble();
    }
  }
}
