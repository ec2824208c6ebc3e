package dev.tidemill.inference;

import static dev.tidemill.testbed.Eventually.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.contract.Contract;
import dev.tidemill.contract.ContractFile;
import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.ModelState;
import dev.tidemill.messaging.ControlChannel;
import dev.tidemill.runtime.HealthCondition;
import dev.tidemill.schemas.ControlCommand;
import dev.tidemill.schemas.DeadLetter;
import dev.tidemill.schemas.Prediction;
import dev.tidemill.schemas.tensor.Tensors;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.UniqueName;
import dev.tidemill.testbed.WithKafka;
import java.nio.FloatBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Requests with named raw values are prepared by the version that answers. */
@WithKafka
class NamedRequestsIT {
  private static final Contract STANDARDIZED =
      contract(
          """
          features:
            - {name: length, mean: 1, deviation: 2, maximum: 100}
            - {name: width, missing: drop}
          """);

  private ServingFixture fixture;

  @BeforeEach
  void makeTopics(KafkaCluster kafka) {
    fixture = ServingFixture.create(kafka.bootstrapServers());
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private static Contract contract(String yaml) {
    return ContractFile.parse(yaml).asFirst("m", "test", Instant.EPOCH);
  }

  @Test
  void preparesWithTheContractOfTheVersionThatAnswers() throws Exception {
    fixture.writeContract(STANDARDIZED);
    fixture.publish(1);
    Contract replaced =
        STANDARDIZED.followedBy(
            contract("features: [{name: length}, {name: width}]"), "test", Instant.EPOCH);
    fixture.writeContract(replaced);
    fixture.publish(2);
    Map<String, Object> values = Map.of("length", 5.0, "width", "1");
    try (InferenceWorker worker = fixture.worker("w", new LinearEngine());
        ControlChannel operator =
            ControlChannel.open(
                fixture.clients,
                "operator",
                fixture.codec,
                fixture.topics.control(),
                fixture.model)) {
      worker.start();
      await().until(() -> worker.servingVersion().equals(OptionalLong.of(2)));
      fixture.askNamed("a", values);
      assertThat(answer("a").getOutputs()).containsOnly(Versions.answer(2, 5 + 1));

      ControlCommand unused = operator.pin(1);
      await().until(() -> worker.servingVersion().equals(OptionalLong.of(1)));
      fixture.askNamed("b", values);
      assertThat(answer("b").getOutputs()).containsOnly(Versions.answer(1, (5 - 1) / 2f + 1));

      fixture.askWith("c", Tensors.float32(new long[] {1, 2}, new float[] {3, 4}), null);
      assertThat(answer("c").getOutputs()).containsOnly(Versions.answer(1, 7));
    }
    assertThat(fixture.deadLetters()).isEmpty();
  }

  @Test
  void answersUnusableRequestsWithTheirFault() throws Exception {
    fixture.writeContract(STANDARDIZED);
    fixture.publish(1);
    Map<String, Object> withoutWidth = new HashMap<>(Map.of("length", 5.0));
    withoutWidth.put("width", null);
    try (InferenceWorker worker = fixture.worker("w", new LinearEngine())) {
      worker.start();
      fixture.askWith("both", Tensors.float32(new long[] {2}, new float[2]), withoutWidth);
      fixture.askWith("neither", null, null);
      fixture.askNamed("text", Map.of("length", "long", "width", 1.0));
      fixture.askNamed("range", Map.of("length", 101.0, "width", 1.0));
      fixture.askNamed("extra", Map.of("length", 5.0, "width", 1.0, "height", 1.0));
      fixture.askNamed("missing", Map.of("width", 1.0));
      fixture.askNamed("dropped", withoutWidth);
      fixture.askWith("dtype", Tensors.uint8(new long[] {2}, new byte[2]), null);
      fixture.askNamed("good", Map.of("length", 5.0, "width", 1.0));
      assertThat(answer("both").getError()).contains("both values and inputs");
      assertThat(answer("neither").getError()).contains("neither values nor inputs");
      assertThat(answer("text").getError()).isEqualTo("`length`: `long` is not a finite number");
      assertThat(answer("range").getError()).contains("`length`: `101.0` is not from");
      assertThat(answer("extra").getError()).contains("`height`").contains("not a feature");
      assertThat(answer("missing").getError()).isEqualTo("`length`: has no value");
      assertThat(answer("dropped").getError()).isEqualTo("`width`: has no value");
      assertThat(answer("dtype").getError())
          .isEqualTo("inputs are UINT8, but contract version 1 of model m has FLOAT32");
      assertThat(answer("good").getError()).isNull();
      assertThat(answer("good").getOutputs()).containsOnly(Versions.answer(1, 3));
    }
    assertThat(fixture.deadLetters()).hasSize(8);
    assertThat(fixture.deadLetters())
        .extracting(DeadLetter::getReason)
        .contains("request 'text': `length`: `long` is not a finite number");
  }

  @Test
  void namesTheClass() throws Exception {
    Contract named =
        contract(
            """
            features: [{name: length}, {name: color, kind: category, categories: [red, blue]}]
            label: {name: kind, classes: [elm, oak, yew]}
            """);
    fixture.writeContract(named);
    fixture.publish(1, classifier());
    try (InferenceWorker worker = fixture.worker("w", new LinearEngine())) {
      worker.start();
      fixture.askNamed("a", Map.of("length", -1.0, "color", "red"));
      fixture.askNamed("b", Map.of("length", 0.0, "color", "blue"));
      assertThat(answer("a").getLabel()).isZero();
      assertThat(answer("a").getLabelName()).isEqualTo("elm");
      assertThat(answer("b").getLabel()).isEqualTo(2);
      assertThat(answer("b").getLabelName()).isEqualTo("yew");
    }
  }

  /** Four outputs, of which the contract names three; the last one is never the largest. */
  private static ModelState classifier() {
    ModelState state =
        ModelState.allocate(
            ModelSpec.parse(
                Versions.spec(3, 4).toYaml().replace("loss: mse", "loss: cross_entropy")));
    FloatBuffer weights = state.data().asFloatBuffer();
    // Rows of length, red, blue.
    weights.put(0, new float[] {-9, 1, 0, 0, 0, 0, 0, 0, 1, -9, -9, -9});
    return state;
  }

  @Test
  void answersInTheUnitsOfTheTargets() throws Exception {
    Contract scaled =
        contract(
            """
            features: [{name: length}, {name: width}]
            label:
              name: price
              targets:
                - {name: a, mean: 100, deviation: 10}
                - {name: b, mean: 0, deviation: 1}
                - {name: c, mean: -5, deviation: 0.5}
                - {name: d, mean: 1, deviation: 2}
            """);
    fixture.writeContract(scaled);
    fixture.publish(1);
    try (InferenceWorker worker = fixture.worker("w", new LinearEngine())) {
      worker.start();
      fixture.askNamed("a", Map.of("length", 2.0, "width", 3.0));
      assertThat(answer("a").getOutputs()).containsExactly(160f, 6f, -2f, 13f);
      assertThat(answer("a").getLabel()).isNull();
      assertThat(answer("a").getLabelName()).isNull();
    }
  }

  @Test
  void takesOnlyTensorsForVersionWithoutContract() throws Exception {
    fixture.publish(1);
    try (InferenceWorker worker = fixture.worker("w", new LinearEngine())) {
      worker.start();
      fixture.askNamed("a", Map.of("length", 5.0));
      assertThat(answer("a").getError()).contains("trained without a data contract");
      fixture.askWith("b", Tensors.float32(new long[] {2}, new float[] {1, 1}), null);
      assertThat(answer("b").getOutputs()).containsOnly(Versions.answer(1, 2));
    }
  }

  @Test
  void refusesVersionWhoseContractIsMissingOrDoesNotFit() throws Exception {
    fixture.writeContract(STANDARDIZED);
    fixture.publish(1);
    try (InferenceWorker worker = fixture.worker("w", new LinearEngine())) {
      worker.start();
      await().until(() -> worker.health().isReady());
      fixture.trainWith(9);
      fixture.publish(2);
      await().until(() -> cause(worker).contains("does not have data contract version 9"));
      assertThat(worker.servingVersion()).hasValue(1);
      Contract wider =
          STANDARDIZED.followedBy(
              contract("features: [{name: a}, {name: b}, {name: c}]"), "test", Instant.EPOCH);
      fixture.writeContract(wider);
      fixture.publish(3);
      await().until(() -> cause(worker).contains("takes samples of shape [2]"));
      assertThat(worker.servingVersion()).hasValue(1);
      fixture.trainWith(1);
      fixture.publish(4);
      await().until(() -> worker.servingVersion().equals(OptionalLong.of(4)));
    }
  }

  @Test
  void waitsWhileTheContractCannotBeRead() throws Exception {
    fixture.publish(1);
    Duration readTimeout = Duration.ofSeconds(1);
    String foreign = UniqueName.of("other-producer");
    try (InferenceWorker worker = fixture.worker("w", new LinearEngine(), readTimeout)) {
      worker.start();
      await().until(() -> worker.health().isReady());
      try (Producer<byte[], byte[]> open =
          fixture.clients.transactionalProducer("foreign", foreign)) {
        open.initTransactions();
        open.beginTransaction();
        Object unused =
            open.send(new ProducerRecord<>(fixture.topics.contract(), 0, new byte[] {'x'}, null))
                .get();
        fixture.writeContract(STANDARDIZED);
        fixture.publish(2);
        await().until(() -> worker.health().conditions().toString().contains(foreign));
        assertThat(worker.servingVersion()).hasValue(1);
        open.abortTransaction();
      }
      await().until(() -> worker.servingVersion().equals(OptionalLong.of(2)));
      await().until(() -> worker.health().isReady());
    }
  }

  private static String cause(InferenceWorker worker) {
    return worker.health().conditions().stream()
        .filter(condition -> condition.name().equals(ServingConditions.VERSION_REFUSED))
        .map(HealthCondition::cause)
        .findFirst()
        .orElse("");
  }

  private Prediction answer(String id) {
    return await()
        .until(
            () ->
                fixture.predictions().stream()
                    .filter(answer -> answer.getRequestId().equals(id))
                    .toList(),
            found -> found.size() == 1)
        .get(0);
  }
}
