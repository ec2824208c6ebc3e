package dev.tidemill.inference;

import static dev.tidemill.testbed.Eventually.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.engine.ModelState;
import dev.tidemill.runtime.Health;
import dev.tidemill.schemas.DeadLetter;
import dev.tidemill.schemas.Prediction;
import dev.tidemill.schemas.tensor.Tensors;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.TopicReader;
import dev.tidemill.testbed.WithKafka;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@WithKafka
class InferenceWorkerIT {
  private final LinearEngine engine = new LinearEngine();
  private ServingFixture fixture;

  @BeforeEach
  void makeTopics(KafkaCluster kafka) {
    fixture = ServingFixture.create(kafka.bootstrapServers());
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void isNotReadyAndReadsNoRequestBeforeAVersionIsLoaded() throws Exception {
    fixture.ask(7);
    try (InferenceWorker worker = fixture.worker("w", engine)) {
      worker.start();
      await().until(() -> worker.health().detail().equals("waiting for the first version"));
      await()
          .during(Duration.ofSeconds(1))
          .until(() -> worker.health().state() == Health.State.STARTING);
      assertThat(worker.health().isReady()).isFalse();

      fixture.publish(1);
      await().until(() -> worker.health().isReady());
      await().until(() -> fixture.predictions().size() == 1);
      assertThat(worker.health().detail()).isEqualTo("serving version 1");
    }
  }

  @Test
  void closesWhileItWaitsForAVersion() throws Exception {
    InferenceWorker worker = fixture.worker("w", engine);
    worker.start();
    worker.close();
    worker.awaitEnd();
    assertThat(worker.health().state()).isEqualTo(Health.State.STOPPED);
  }

  @Test
  void answersWithTheRequestsKeyHeadersAndPartition() throws Exception {
    fixture.publish(3);
    fixture.ask(7);
    try (InferenceWorker worker = fixture.worker("w", engine)) {
      worker.start();
      await().until(() -> fixture.predictions().size() == 1);
    }
    ConsumerRecord<byte[], byte[]> record =
        TopicReader.committed(fixture.bootstrapServers, fixture.topics.predictions()).get(0);
    assertThat(record.key()).isEqualTo(ServingFixture.bytes("key-7"));
    assertThat(record.partition()).isEqualTo(7 % ServingFixture.PARTITIONS);
    assertThat(record.headers().lastHeader("trace").value())
        .isEqualTo(ServingFixture.bytes("trace-7"));
    Prediction answer = fixture.codec.decode(record, Prediction.class);
    assertThat(answer.getRequestId()).isEqualTo("7");
    assertThat(answer.getModel()).isEqualTo(fixture.model);
    assertThat(answer.getWorker()).isEqualTo("w");
    assertThat(answer.getModelVersion()).isEqualTo(3);
    assertThat(answer.getVersionAgeMs()).isBetween(0L, 60_000L);
    assertThat(answer.getOutputs()).hasSize(4).containsOnly(Versions.answer(3, 7));
    assertThat(answer.getLabel()).isNull();
    assertThat(answer.getBatchSize()).isEqualTo(1);
    assertThat(answer.getError()).isNull();
  }

  @Test
  void writesOneDeadLetterPerBadRequest() throws Exception {
    fixture.publish(1);
    for (int i = 0; i < 20; i++) {
      fixture.ask(i);
    }
    fixture.ask("shape", Tensors.float32(new long[] {1, 1, 224, 224}, new float[224 * 224]), 0);
    fixture.ask("nan", Tensors.float32(new long[] {2}, new float[] {1, Float.NaN}), 0);
    fixture.ask("poison", Tensors.float32(new long[] {2}, new float[] {LinearEngine.POISON, 0}), 0);
    fixture
        .producer
        .send(
            new ProducerRecord<>(
                fixture.topics.requests(), 0, null, ServingFixture.bytes("no request")))
        .get();
    for (int i = 20; i < 40; i++) {
      fixture.ask(i);
    }
    try (InferenceWorker worker = fixture.worker("w", engine)) {
      worker.start();
      await().until(() -> fixture.predictions().size() >= 43);
      assertThat(worker.health().isReady()).isTrue();
    }
    Map<String, Prediction> answers =
        fixture.predictions().stream()
            .collect(Collectors.toMap(Prediction::getRequestId, Function.identity()));
    assertThat(answers).hasSize(43);
    for (int i = 0; i < 40; i++) {
      Prediction answer = of(answers, Integer.toString(i));
      assertThat(answer.getError()).isNull();
      assertThat(answer.getOutputs()).containsOnly(Versions.answer(1, i));
    }
    assertThat(of(answers, "shape").getError())
        .contains("input must have shape [2], got [1, 1, 224, 224]");
    assertThat(of(answers, "shape").getModelVersion()).isZero();
    assertThat(of(answers, "shape").getOutputs()).isEmpty();
    assertThat(of(answers, "nan").getError()).contains("NaN");
    assertThat(of(answers, "poison").getError()).contains("poisoned");

    List<DeadLetter> letters =
        TopicReader.committed(fixture.bootstrapServers, fixture.topics.deadLetters()).stream()
            .map(record -> fixture.codec.decode(record, DeadLetter.class))
            .toList();
    assertThat(letters).hasSize(4);
    assertThat(letters)
        .allSatisfy(
            letter -> {
              assertThat(letter.getTopic()).isEqualTo(fixture.topics.requests());
              assertThat(letter.getPartition()).isZero();
              assertThat(letter.getReason()).isNotBlank();
            });
    assertThat(letters).extracting(DeadLetter::getOffset).doesNotHaveDuplicates();
    assertThat(letters)
        .anySatisfy(
            letter ->
                assertThat(StandardCharsets.UTF_8.decode(letter.getValue()).toString())
                    .isEqualTo("no request"));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void computesEachAnswerWithOneVersionDuringSwapsUnderLoad(int threads) throws Exception {
    fixture.publish(1);
    int asked = 0;
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    try (InferenceWorker worker = fixture.worker("w", engine, threads)) {
      worker.start();
      for (long version = 2; version <= 30; version++) {
        for (int i = 0; i < 100; i++) {
          sent.add(fixture.send(asked++));
        }
        fixture.publish(version);
        if (version % 5 == 0) {
          // Even a slow worker then gives some of its answers with this version.
          long published = version;
          await().until(() -> worker.servingVersion().orElse(0) == published);
          fixture.ask(asked++);
          int all = asked;
          await().until(() -> fixture.predictions().size() >= all);
        }
      }
      for (Future<RecordMetadata> one : sent) {
        one.get();
      }
      int total = asked;
      await().until(() -> fixture.predictions().size() >= total);
      await().until(() -> worker.servingVersion().orElse(0) == 30);
      fixture.ask(total);
      await().until(() -> fixture.predictions().size() > total);
    }
    List<Prediction> answers = fixture.predictions();
    assertThat(answers).hasSize(asked + 1);
    assertThat(answers).extracting(Prediction::getRequestId).doesNotHaveDuplicates();
    assertThat(answers)
        .allMatch(
            answer ->
                Versions.isByVersion(
                    answer.getModelVersion(),
                    Float.parseFloat(answer.getRequestId()),
                    answer.getOutputs()));
    assertThat(answers.stream().map(Prediction::getModelVersion).distinct().count())
        .isGreaterThan(5);
    assertThat(engine.loads).as("one allocation per slot").hasValue(2);
  }

  @Test
  void buildsNewSlotsForAnotherNetwork() throws Exception {
    fixture.publish(1);
    try (InferenceWorker worker = fixture.worker("w", engine)) {
      worker.start();
      await().until(() -> worker.servingVersion().orElse(0) == 1);
      fixture.publish(2, Versions.state(Versions.spec(3, 5), 2));
      await().until(() -> worker.servingVersion().orElse(0) == 2);
      fixture.publish(3, Versions.state(Versions.spec(3, 5), 3));
      await().until(() -> worker.servingVersion().orElse(0) == 3);
      fixture.ask("new", Tensors.float32(new long[] {1, 3}, new float[] {1, 2, 3}), 1);
      fixture.ask(4);
      await().until(() -> fixture.predictions().size() == 2);
    }
    assertThat(engine.loads).hasValue(3);
    assertThat(engine.closed).as("every model is closed").hasValue(3);
    assertThat(fixture.predictions())
        .anySatisfy(answer -> assertThat(answer.getOutputs()).hasSize(5).containsOnly(21f))
        .anySatisfy(answer -> assertThat(answer.getError()).contains("input must have shape [3]"));
  }

  @Test
  void refusesACorruptVersionAndKeepsServingThePreviousOne() throws Exception {
    fixture.publish(1);
    try (InferenceWorker worker = fixture.worker("w", engine)) {
      worker.start();
      await().until(() -> worker.servingVersion().orElse(0) == 1);

      fixture.publish(2, Versions.SPEC, List.of(new byte[] {1, 2, 3}), "0".repeat(64));
      await().until(() -> worker.health().detail().contains("version 2"));
      assertThat(worker.health().detail())
          .startsWith("serving version 1; ")
          .contains("version 2 is refused: ", "sha-256 " + "0".repeat(64));
      assertThat(worker.health().state()).isEqualTo(Health.State.DEGRADED);

      ModelState infinite = Versions.state(Versions.SPEC, 3);
      infinite.data().putFloat(4, Float.POSITIVE_INFINITY);
      fixture.publish(3, infinite);
      await().until(() -> worker.health().detail().contains("version 3"));
      assertThat(worker.health().detail()).contains("element 1 of tensor 'fc1.weight' is Infinity");
      fixture.ask(5);
      await().until(() -> fixture.predictions().size() == 1);
      assertThat(fixture.predictions().get(0).getOutputs()).containsOnly(Versions.answer(1, 5));

      fixture.publish(4);
      await().until(() -> worker.servingVersion().orElse(0) == 4);
      await().until(() -> worker.health().isReady());
      assertThat(worker.health().detail()).isEqualTo("serving version 4");
    }
  }

  private static Prediction of(Map<String, Prediction> answers, String request) {
    Prediction answer = answers.get(request);
    assertThat(answer).as("answer to %s", request).isNotNull();
    return Objects.requireNonNull(answer);
  }
}
