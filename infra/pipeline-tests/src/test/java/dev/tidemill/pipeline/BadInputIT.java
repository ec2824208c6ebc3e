package dev.tidemill.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidemill.schemas.DeadLetter;
import dev.tidemill.schemas.Prediction;
import dev.tidemill.schemas.PredictionRequest;
import dev.tidemill.schemas.Tensor;
import dev.tidemill.schemas.TrainingBatch;
import dev.tidemill.schemas.tensor.Tensors;
import dev.tidemill.testbed.ChildJvm;
import dev.tidemill.testbed.Eventually;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.WithKafka;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

@WithKafka
class BadInputIT {
  private static final int SAMPLES = 8;
  private static final int PIXELS = 28 * 28;
  private static final byte[] MALFORMED = "no record".getBytes(StandardCharsets.UTF_8);

  private final KafkaCluster kafka;

  BadInputIT(KafkaCluster kafka) {
    this.kafka = kafka;
  }

  @Test
  void eachBadRecordBecomesOneDeadLetter() throws Exception {
    Pipeline pipeline = Pipeline.create(kafka, "bad");
    trainAmongBadBatches(pipeline);
    answerAmongBadRequests(pipeline);
    replayAndDiscard(pipeline);
    assertThat(pipeline.run("models verify", "--payloads").done().out())
        .last()
        .asString()
        .contains("no fault");
  }

  @Test
  void trainFailsWithoutVersionIfAllRecordsAreRefused() throws Exception {
    Pipeline pipeline = Pipeline.create(kafka, "all-bad");
    pipeline.send(
        Collections.nCopies(
            7, new ProducerRecord<>(pipeline.topics.batches(), 0, key("bad"), MALFORMED)));
    Outcome outcome = pipeline.run("train", "--epochs", "1");
    assertThat(outcome.status()).as("%s", outcome.error()).isEqualTo(1);
    assertThat(outcome.error())
        .anySatisfy(line -> assertThat(line).startsWith("train: refused a record"))
        .last()
        .asString()
        .contains("7 of 7 records were refused");
    assertThat(pipeline.versions()).isEmpty();
    assertThat(pipeline.deadLetters()).hasSize(7);

    // No version of the other spec stands in the way.
    pipeline.send(List.of(batch(pipeline, images(28), labels(6))));
    Outcome unused = pipeline.run("train", "--spec", "mlp", "--epochs", "1").done();
    assertThat(pipeline.newest().getSamples()).isEqualTo(SAMPLES);
    assertThat(pipeline.deadLetters()).hasSize(7);
  }

  private static void trainAmongBadBatches(Pipeline pipeline) throws Exception {
    List<ProducerRecord<byte[], byte[]>> bad = new ArrayList<>();
    bad.add(new ProducerRecord<>(pipeline.topics.batches(), 0, key("bad"), MALFORMED));
    bad.add(batch(pipeline, images(27), labels(0)));
    bad.add(batch(pipeline, notANumber(SAMPLES, 1, 28, 28), labels(0)));
    bad.add(batch(pipeline, images(28), labels(10)));
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (ProducerRecord<byte[], byte[]> record : bad) {
      records.add(batch(pipeline, images(28), labels(0)));
      records.add(record);
    }
    records.add(batch(pipeline, images(28), labels(9)));
    List<Long> offsets = pipeline.send(records);
    Outcome unused = pipeline.run("train", "--epochs", "1", "--exit-at-end").done();

    assertThat(pipeline.newest().getSamples()).isEqualTo((bad.size() + 1L) * SAMPLES);
    List<DeadLetter> letters = pipeline.deadLetters();
    assertThat(letters)
        .extracting(DeadLetter::getOffset)
        .containsExactly(offsets.get(1), offsets.get(3), offsets.get(5), offsets.get(7));
    assertThat(letters)
        .allSatisfy(
            letter -> {
              assertThat(letter.getTopic()).isEqualTo(pipeline.topics.batches());
              assertThat(letter.getPartition()).isZero();
            });
    assertThat(letters.get(0).getReason()).isNotBlank();
    assertThat(letters.get(1).getReason())
        .contains("[8, 1, 28, 27]")
        .contains("[samples, 1, 28, 28]");
    assertThat(letters.get(2).getReason()).contains("sample 0").contains("NaN");
    assertThat(letters.get(3).getReason())
        .contains("sample 0")
        .contains("label 10 is out of range");
  }

  private static void answerAmongBadRequests(Pipeline pipeline) throws Exception {
    int before = pipeline.deadLetters().size();
    try (ChildJvm inference = pipeline.start("serve")) {
      List<Long> offsets =
          pipeline.send(
              List.of(
                  request(pipeline, "good-1", image(28)),
                  new ProducerRecord<>(pipeline.topics.requests(), 0, key("bad"), MALFORMED),
                  request(pipeline, "wrong-shape", image(27)),
                  request(pipeline, "not-a-number", notANumber(1, 28, 28)),
                  request(
                      pipeline,
                      "large",
                      Tensors.uint8(new long[] {1, 1, 224, 224}, new byte[224 * 224])),
                  request(pipeline, "good-2", image(28))));
      Eventually.await().until(() -> pipeline.predictions().size() >= offsets.size() - 1);
      assertAnswers(pipeline);
      List<DeadLetter> letters = pipeline.deadLetters();
      assertThat(letters.subList(before, letters.size()))
          .extracting(DeadLetter::getOffset)
          .containsExactlyElementsOf(offsets.subList(1, 5));
      assertThat(letters.subList(before, letters.size()))
          .allSatisfy(
              letter -> {
                assertThat(letter.getTopic()).isEqualTo(pipeline.topics.requests());
                assertThat(letter.getReason()).isNotBlank();
              });
      assertThat(inference.isAlive()).isTrue();
    }
  }

  /** The record is refused again, because nothing has changed, and says so. */
  private static void replayAndDiscard(Pipeline pipeline) throws Exception {
    List<JsonNode> open = pipeline.run("dead-letters list", "--json").done().rows();
    assertThat(open).hasSize(8).allMatch(row -> row.get("state").asText().equals("open"));
    JsonNode bad =
        open.stream()
            .filter(row -> row.get("topic").asText().equals(pipeline.topics.requests()))
            .findFirst()
            .orElseThrow();
    String id = bad.get("id").asText();
    assertThat(pipeline.run("dead-letters show", id).done().out())
        .anyMatch(line -> line.contains("9 bytes: 6e 6f 20 72"));
    assertThat(pipeline.run("dead-letters list", "--by-reason").done().out()).hasSizeBetween(5, 9);
    Outcome unused = pipeline.run("dead-letters replay", id).done();
    Outcome twice = pipeline.run("dead-letters replay", id);
    assertThat(twice.status()).isEqualTo(1);
    assertThat(twice.error()).anyMatch(line -> line.contains(id + " was replayed by "));
    try (ChildJvm inference = pipeline.start("serve")) {
      Eventually.await().until(() -> pipeline.deadLetters().size() == 9);
      assertThat(inference.isAlive()).isTrue();
    }
    List<JsonNode> left = pipeline.run("dead-letters list", "--json").done().rows();
    JsonNode again = left.get(left.size() - 1);
    assertThat(again.get("replays").asInt()).isEqualTo(1);
    assertThat(pipeline.run("dead-letters show", again.get("id").asText()).done().out())
        .anyMatch(
            line ->
                line.contains("origin")
                    && line.endsWith(bad.get("partition") + "/" + bad.get("offset")));
    String[] once = {"--max-replays", "1", again.get("id").asText()};
    assertThat(pipeline.run("dead-letters replay", once).status()).isEqualTo(1);
    assertThat(pipeline.run("dead-letters discard", "--all").done().out()).hasSize(8);
    assertThat(pipeline.run("dead-letters list").done().out()).isEmpty();
  }

  private static void assertAnswers(Pipeline pipeline) {
    Map<String, Prediction> answers =
        pipeline.predictions().stream()
            .collect(Collectors.toMap(Prediction::getRequestId, answer -> answer));
    assertThat(answers).hasSize(5);
    for (String good : List.of("good-1", "good-2")) {
      assertThat(Outcome.of(answers, good).getError()).isNull();
      assertThat(Outcome.of(answers, good).getOutputs()).hasSize(10);
    }
    assertThat(Outcome.of(answers, "wrong-shape").getError()).contains("[1, 28, 27]");
    assertThat(Outcome.of(answers, "not-a-number").getError()).contains("NaN");
    // The message names the required shape, the given shape and the layer that rejects it.
    assertThat(Outcome.of(answers, "large").getError())
        .contains("input must have shape [1, 28, 28]", "[1, 1, 224, 224]", "fc1", "400");
  }

  private static ProducerRecord<byte[], byte[]> batch(
      Pipeline pipeline, Tensor inputs, Tensor labels) {
    TrainingBatch batch =
        TrainingBatch.newBuilder()
            .setSource("test")
            .setSequence(0)
            .setFirstSample(0)
            .setInputs(inputs)
            .setLabels(labels)
            .setCreatedAt(Instant.EPOCH)
            .build();
    return record(pipeline, pipeline.topics.batches(), "test", batch);
  }

  private static ProducerRecord<byte[], byte[]> request(
      Pipeline pipeline, String id, Tensor inputs) {
    PredictionRequest request =
        PredictionRequest.newBuilder()
            .setRequestId(id)
            .setInputs(inputs)
            .setCreatedAt(Instant.EPOCH)
            .build();
    return record(pipeline, pipeline.topics.requests(), id, request);
  }

  /** Creates a record for partition 0, which keeps the order. */
  private static ProducerRecord<byte[], byte[]> record(
      Pipeline pipeline, String topic, String key, SpecificRecord value) {
    ProducerRecord<byte[], byte[]> record = pipeline.codec.record(topic, key(key), value);
    return new ProducerRecord<>(topic, 0, record.key(), record.value());
  }

  private static byte[] key(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Tensor images(int width) {
    byte[] pixels = new byte[SAMPLES * 28 * width];
    new Random(width).nextBytes(pixels);
    return Tensors.uint8(new long[] {SAMPLES, 1, 28, width}, pixels);
  }

  private static Tensor image(int width) {
    return Tensors.uint8(new long[] {1, 28, width}, new byte[28 * width]);
  }

  private static Tensor notANumber(long... shape) {
    float[] values = new float[(shape.length == 4 ? SAMPLES : 1) * PIXELS];
    values[17] = Float.NaN;
    return Tensors.float32(shape, values);
  }

  private static Tensor labels(int first) {
    int[] labels = new int[SAMPLES];
    labels[0] = first;
    return Tensors.int32(new long[] {SAMPLES}, labels);
  }
}
