package dev.tidemill.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidemill.schemas.Label;
import dev.tidemill.testbed.ChildJvm;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.WithKafka;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/** Checks what {@code tail} prints of a topic with two partitions. */
@WithKafka
class TailCommandIT {
  private static final Instant BEGAN = Instant.parse("2026-01-31T12:00:00Z");

  private final KafkaCluster kafka;

  TailCommandIT(KafkaCluster kafka) {
    this.kafka = kafka;
  }

  @Test
  void printsTheChosenRecords() throws Exception {
    Pipeline pipeline = create("chosen");
    sendLabels(pipeline, 0, 30);

    assertThat(ids(pipeline.run("tail labels").done()))
        .containsExactly("20", "21", "22", "23", "24", "25", "26", "27", "28", "29");
    assertThat(ids(pipeline.run("tail labels", "-n", "3").done()))
        .containsExactly("27", "28", "29");
    assertThat(ids(pipeline.run("tail labels", "--where", "label=1", "-n", "2").done()))
        .containsExactly("25", "29");
    assertThat(ids(pipeline.run("tail labels", "--from", "beginning").done()))
        .hasSize(30)
        .doesNotHaveDuplicates();
    assertThat(
            ids(
                pipeline
                    .run("tail labels", "--from=beginning", "--limit=4", "--partition=1")
                    .done()))
        .containsExactly("1", "3", "5", "7");
    assertThat(ids(pipeline.run("tail labels", "--from", "14", "--partition", "0").done()))
        .containsExactly("28");
    assertThat(ids(pipeline.run("tail labels", "--from", "2026-01-31T12:00:26.500Z").done()))
        .containsExactlyInAnyOrder("27", "28", "29");
    assertThat(pipeline.run("tail labels", "--from", "end").done().out()).isEmpty();

    JsonNode last = pipeline.run("tail labels", "-n1").done().rows().get(0);
    assertThat(last.get("partition").asInt()).isEqualTo(1);
    assertThat(last.get("offset").asLong()).isEqualTo(14);
    assertThat(last.get("key").asText()).isEqualTo("29");
    assertThat(last.get("timestamp").asText()).isEqualTo("2026-01-31T12:00:29Z");
    assertThat(last.get("value").get("label").asInt()).isEqualTo(1);
  }

  @Test
  void countsWhatItCannotDecodeAndLeavesOutWhatWasAborted() throws Exception {
    Pipeline pipeline = create("mixed");
    sendLabels(pipeline, 0, 1);
    List<Long> unused = pipeline.send(List.of(TinyModel.malformed(pipeline.topics.labels(), 0)));
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers", kafka.bootstrapServers(), "transactional.id", pipeline.model),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      producer.initTransactions();
      producer.beginTransaction();
      producer.send(label(pipeline, 1)).get();
      producer.abortTransaction();
    }

    Outcome outcome = pipeline.run("tail labels", "--where", "request_id=none");
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.rows()).hasSize(1);
    outcome = pipeline.run("tail labels");
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.rows()).hasSize(2);
    assertThat(outcome.rows().get(1).get("error").asText()).contains("offset 1");
    assertThat(outcome.error()).containsExactly("tail: 1 of 2 records could not be decoded");
  }

  @Test
  void followsUntilCtrlCAndThenSucceeds() throws Exception {
    Pipeline pipeline = create("followed");
    sendLabels(pipeline, 0, 1);
    try (ChildJvm tail = pipeline.start("tail labels", "--follow")) {
      Object unused = tail.waitForLine("\"request_id\":\"0\"");
      sendLabels(pipeline, 1, 2);
      unused = tail.waitForLine("\"request_id\":\"1\"");
      tail.interrupt();
      assertThat(tail.awaitExit(Duration.ofMinutes(1))).as("%s", tail.error()).isZero();
    }
    assertThat(ids(pipeline.run("tail labels", "--from=beginning", "-f", "-n2").done()))
        .containsExactlyInAnyOrder("0", "1");
  }

  @Test
  void reportsWrongUsage() {
    Pipeline pipeline = create("wrong");
    assertThat(pipeline.run("tail label").error().get(0))
        .contains("unknown topic \"label\"; the topics are batches, contract,");
    assertThat(pipeline.run("tail labels", "--where", "version=3").error().get(0))
        .contains("a Label has no field \"version\"; its fields are request_id, label,");
    Outcome outcome = pipeline.run("tail labels", "--partition", "2");
    assertThat(outcome.status()).isEqualTo(2);
    assertThat(outcome.error().get(0)).contains("has 2 partitions, numbered from 0");
    assertThat(pipeline.run("tail labels", "--from", "yesterday").status()).isEqualTo(2);
    Outcome missing = Pipeline.over(kafka.bootstrapServers(), "absent").run("tail labels");
    assertThat(missing.status()).isEqualTo(1);
    assertThat(missing.error())
        .singleElement()
        .asString()
        .contains(".labels does not exist at", "topics create");
  }

  private Pipeline create(String stem) {
    return Pipeline.create(kafka.bootstrapServers(), stem, "--requests-partitions", "2");
  }

  /** Sends labels, each a second after the one before, to both partitions in turn. */
  private static void sendLabels(Pipeline pipeline, int from, int to) throws Exception {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (int i = from; i < to; i++) {
      records.add(label(pipeline, i));
    }
    List<Long> unused = pipeline.send(records);
  }

  private static ProducerRecord<byte[], byte[]> label(Pipeline pipeline, int number) {
    String id = Integer.toString(number);
    Instant created = BEGAN.plusSeconds(number);
    Label label =
        Label.newBuilder().setRequestId(id).setLabel(number % 4).setCreatedAt(created).build();
    return new ProducerRecord<>(
        pipeline.topics.labels(),
        number % 2,
        created.toEpochMilli(),
        id.getBytes(StandardCharsets.UTF_8),
        pipeline.codec.record(pipeline.topics.labels(), null, label).value());
  }

  private static List<String> ids(Outcome outcome) {
    return outcome.rows().stream().map(row -> row.get("value").get("request_id").asText()).toList();
  }
}
