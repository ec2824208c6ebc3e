package dev.tidemill.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidemill.engine.Engine;
import dev.tidemill.schemas.DeadLetter;
import dev.tidemill.schemas.Prediction;
import dev.tidemill.testbed.ChildJvm;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.WithKafka;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Checks that each kind of network learns, from the data source to the predictions. */
@WithKafka
class LearningIT {
  private final KafkaCluster kafka;

  LearningIT(KafkaCluster kafka) {
    this.kafka = kafka;
  }

  @ParameterizedTest
  @MethodSource("engines")
  void lstmClassifiesWaves(String engine) throws Exception {
    Pipeline pipeline = trained(engine, "waves", 6_000, "--spec", "lstm");
    assertThat(accuracy(engine, pipeline, "waves")).as("chance is 0.25").isGreaterThan(0.5);
  }

  @ParameterizedTest
  @MethodSource("engines")
  void residualNetworkClassifiesDigits(String engine) throws Exception {
    Pipeline pipeline = trained(engine, "digits", 2_000, "--spec", "resnet");
    assertThat(accuracy(engine, pipeline, "digits")).as("chance is 0.1").isGreaterThan(0.4);
  }

  @ParameterizedTest
  @MethodSource("engines")
  void transformerPredictsBytesAndGeneratesText(String engine) throws Exception {
    Pipeline pipeline = trained(engine, "sentences", 2_000, "--spec", "transformer");
    assertThat(pipeline.newest().getLoss())
        .as("predicting by letter frequency alone has a loss of 2.9")
        .isLessThan(2.2);
    try (ChildJvm inference = serve(engine, pipeline)) {
      // The temperature is so low that bytes outside of the training text never occur.
      String[] write = {
        "--generate", "60", "--prompt", "the ", "--seed", "3", "--temperature", "0.2", "--json"
      };
      JsonNode text = pipeline.run("predict", write).done().rows().get(0);
      assertThat(text.get("text").asText()).hasSize(60).matches("[a-z .\n]+").contains(" ");
      assertThat(text.get("requests").asInt()).isEqualTo(60);
      assertThat(text.get("missing").asInt()).isZero();
      assertThat(text.get("duplicates").asInt()).isZero();
      JsonNode again = pipeline.run("predict", write).done().rows().get(0);
      assertThat(again.get("text")).as("the same seed").isEqualTo(text.get("text"));
      assertThat(inference.isAlive()).isTrue();
    }
  }

  @Test
  void answersAnUnknownTokenWithAnErrorAndADeadLetter(@TempDir Path folder) throws Exception {
    Path spec =
        Files.writeString(
            folder.resolve("ascii.yaml"),
            """
            name: ascii
            input: {shape: [64]}
            layers:
              - {type: embedding, name: embedding, num_embeddings: 128, embedding_dim: 8}
              - {type: linear, name: head, out_features: 128}
            loss: cross_entropy
            optimizer: {type: adam, learning_rate: 0.01}
            training: {batch_size: 32, seed: 1}
            """);
    Pipeline pipeline = trained("dl4j", "sentences", 200, "--spec", spec.toString());
    try (ChildJvm inference = serve("dl4j", pipeline)) {
      Outcome refused = pipeline.run("predict", "--generate", "5", "--prompt", "a\u007f\u0080");
      assertThat(refused.status()).isEqualTo(1);
      assertThat(refused.error())
          .anySatisfy(
              line ->
                  assertThat(line)
                      .contains("the model answered with an error")
                      .contains("after 0 of 5"));
      assertThat(pipeline.predictions())
          .extracting(Prediction::getError)
          .singleElement()
          .asString()
          .contains("194")
          .contains("127");
      assertThat(pipeline.deadLetters())
          .extracting(DeadLetter::getTopic)
          .containsExactly(pipeline.topics.requests());
      assertThat(inference.isAlive()).isTrue();
    }
  }

  /** All engines on the class path. */
  static Stream<String> engines() {
    return ServiceLoader.load(Engine.class).stream().map(engine -> engine.get().name());
  }

  private Pipeline trained(String engine, String data, int samples, String... options)
      throws Exception {
    Pipeline pipeline = Pipeline.create(kafka, data);
    Outcome sent = pipeline.run("produce", "--data", data, "--limit", "" + samples);
    assertThat(sent.status()).as("%s", sent.error()).isZero();
    List<String> arguments = new ArrayList<>(List.of(options));
    arguments.addAll(
        List.of("--engine", engine, "--epochs", "1", "--exit-at-end", "--batch-size", "32"));
    arguments.addAll(List.of("--set", "checkpoint.interval.samples=500"));
    try (ChildJvm trainer = pipeline.start("train", arguments.toArray(String[]::new))) {
      assertThat(trainer.awaitExit(Duration.ofMinutes(3))).as("%s", trainer.error()).isZero();
    }
    assertThat(pipeline.newest().getSamples()).isEqualTo(samples);
    return pipeline;
  }

  private static ChildJvm serve(String engine, Pipeline pipeline) {
    return pipeline.start("serve", "--engine", engine);
  }

  private static double accuracy(String engine, Pipeline pipeline, String data) throws Exception {
    try (ChildJvm inference = serve(engine, pipeline)) {
      Outcome asked = pipeline.run("predict", "--data", data, "--limit", "300", "--json").done();
      assertThat(inference.isAlive()).isTrue();
      return asked.summary().get("accuracy").asDouble();
    }
  }
}
