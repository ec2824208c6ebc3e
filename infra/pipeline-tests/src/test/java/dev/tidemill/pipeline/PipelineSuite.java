package dev.tidemill.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidemill.checkpoints.SafeTensors;
import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.schemas.PredictionRequest;
import dev.tidemill.testbed.ChildJvm;
import dev.tidemill.testbed.Eventually;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.guarantee.OneVersionPerAnswer;
import dev.tidemill.testbed.guarantee.Verdict;
import dev.tidemill.testbed.history.Answer;
import dev.tidemill.testbed.history.History;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Sends, trains and serves at the same time, with each worker in its own process. */
abstract class PipelineSuite {
  private static final int TRAINED = 3000;
  private static final int EPOCHS = 4;
  private static final int RECOMPUTED_EVERY = 7;
  private static final double TOLERANCE = 1e-4;

  private final KafkaCluster kafka;

  PipelineSuite(KafkaCluster kafka) {
    this.kafka = kafka;
  }

  @Test
  void answersEachRequestOnceWithOneVersionDuringTraining() throws Exception {
    Pipeline pipeline = Pipeline.create(kafka, "whole");
    produceTwice(pipeline);
    try (ChildJvm inference = pipeline.start("serve")) {
      assertThat(pipeline.run("train", training(1)).done().out())
          .satisfiesOnlyOnce(line -> assertThat(line).startsWith("epoch 1/1  loss "))
          .contains("predicted as, for samples of each class:");
      awaitServed(pipeline, pipeline.newest().getVersion());

      askWhileItLearns(pipeline);
      long last = pipeline.newest().getVersion();
      awaitServed(pipeline, last);
      Outcome tested = ask(pipeline, 500);
      assertWhole(tested, 500);
      assertThat(tested.summary().get("accuracy").asDouble()).isGreaterThan(0.85);
      assertThat(tested.rows())
          .allSatisfy(row -> assertThat(row.get("model_version").asLong()).isEqualTo(last));
      inference.interrupt();
      assertThat(inference.awaitExit(Duration.ofMinutes(1))).isIn(0, 130);
    }
    assertSound(pipeline);
    History history = pipeline.history();
    Audit audit = new Audit(history);
    audit.assertSentOnce(TRAINED);
    audit.assertTrainedOnce((long) TRAINED * EPOCHS, 0);
    audit.assertBadBatchesRefusedOnce(0);
    audit.assertAnsweredOnce(pipeline.requests().size());
    assertThat(history.committedAnswers().stream().map(Answer::version).distinct().count())
        .as("versions served")
        .isGreaterThanOrEqualTo(2);
    assertEachAnswerIsOfItsVersion(pipeline, history);
  }

  /** Trains the remaining epochs and sends requests meanwhile. */
  private static void askWhileItLearns(Pipeline pipeline) throws Exception {
    try (ChildJvm trainer = pipeline.start("train", training(EPOCHS))) {
      while (trainer.isAlive()) {
        assertWhole(ask(pipeline, 100, "--rate", "100"), 100);
      }
      assertThat(trainer.awaitExit(Duration.ofMinutes(5))).isZero();
      assertThat(trainer.out())
          .filteredOn(line -> line.startsWith("epoch "))
          .hasSize(EPOCHS - 1)
          .last()
          .asString()
          .contains("epoch " + EPOCHS);
    }
  }

  private static String[] training(int epochs) {
    return new String[] {
      "--epochs",
      Integer.toString(epochs),
      "--exit-at-end",
      "--optimizer",
      "adam",
      "--learning-rate",
      "0.002",
      "--checkpoint-interval-samples",
      "1500"
    };
  }

  private static void produceTwice(Pipeline pipeline) {
    String[] source = {"--data", TestData.digits(), "--limit", Integer.toString(TRAINED)};
    Outcome unused = pipeline.run("produce", source).done();
    assertThat(String.join("\n", pipeline.run("produce", source).done().error()))
        .contains("nothing left to send");
  }

  private static Outcome ask(Pipeline pipeline, int requests, String... options) {
    String[] all = new String[options.length + 7];
    System.arraycopy(options, 0, all, 7, options.length);
    List<String> source = List.of("--data", TestData.digits(), "--skip", "" + TRAINED);
    List<String> rest = List.of("--limit", "" + requests, "--json");
    System.arraycopy(source.toArray(), 0, all, 0, 4);
    System.arraycopy(rest.toArray(), 0, all, 4, 3);
    return pipeline.run("predict", all).done();
  }

  private static void assertWhole(Outcome asked, int requests) {
    JsonNode summary = asked.summary();
    assertThat(summary.get("requests").asInt()).isEqualTo(requests);
    assertThat(summary.get("predictions").asInt()).isEqualTo(requests);
    assertThat(summary.get("missing").asInt()).isZero();
    assertThat(summary.get("duplicates").asInt()).isZero();
    assertThat(asked.out()).hasSize(requests);
  }

  private static void awaitServed(Pipeline pipeline, long version) {
    Eventually.await()
        .until(
            () -> ask(pipeline, 1).rows().get(0).get("model_version").asLong(),
            served -> served == version);
  }

  private static void assertSound(Pipeline pipeline) {
    Checkpoint last = pipeline.newest();
    List<JsonNode> verified = pipeline.run("models verify", "--payloads", "--json").done().rows();
    assertThat(verified).hasSize(1);
    assertThat(verified.get(0).get("ok").asBoolean()).isTrue();
    assertThat(verified.get(0).get("versions").asLong()).isEqualTo(last.getVersion());
    assertThat(pipeline.run("models list", "--json").done().rows())
        .hasSize(Math.toIntExact(last.getVersion()));
    assertThat(pipeline.deadLetters()).isEmpty();
  }

  /** Recomputes answers with plain loops over the weights of the version that each one names. */
  private static void assertEachAnswerIsOfItsVersion(Pipeline pipeline, History history) {
    Map<String, byte[]> images = new HashMap<>();
    for (PredictionRequest request : pipeline.requests()) {
      ByteBuffer data = request.getInputs().getData().duplicate();
      byte[] pixels = new byte[data.remaining()];
      data.get(pixels);
      images.put(request.getRequestId(), pixels);
    }
    Map<Long, PlainLenet> versions = new HashMap<>();
    for (Checkpoint version : pipeline.lineage().withPayload()) {
      versions.put(
          version.getVersion(), PlainLenet.of(SafeTensors.write(pipeline.state(version), false)));
    }
    OneVersionPerAnswer.Oracle oracle =
        (answer, request) ->
            answer.at().offset() % RECOMPUTED_EVERY != 0
                || isClose(
                    answer.outputs(),
                    Outcome.of(versions, answer.version())
                        .probabilities(Outcome.of(images, request.id())));
    Verdict.of(OneVersionPerAnswer.check(history, oracle)).require();
  }

  private static boolean isClose(List<Float> outputs, double[] expected) {
    return outputs.size() == expected.length
        && IntStream.range(0, expected.length)
            .allMatch(c -> Math.abs(outputs.get(c) - expected[c]) <= TOLERANCE);
  }
}
