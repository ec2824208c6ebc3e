package dev.tidemill.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidemill.schemas.Label;
import dev.tidemill.schemas.Prediction;
import dev.tidemill.schemas.PredictionRequest;
import dev.tidemill.schemas.tensor.Tensors;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.WithKafka;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks {@code inspect} and {@code models list --labels} on answers that the test writes. */
@WithKafka
class InspectCommandIT {
  private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");

  private final KafkaCluster kafka;
  @TempDir private Path folder = Path.of("");

  InspectCommandIT(KafkaCluster kafka) {
    this.kafka = kafka;
  }

  @Test
  void leadsFromARequestToTheOffsetsThatItsVersionWasTrainedOn() throws Exception {
    Pipeline pipeline = trained("inspected");
    long request = sendRequest(pipeline, "r-1", NOW);
    long answer =
        send(pipeline, pipeline.topics.predictions(), answer("r-1", request).setLabel(1).build());

    JsonNode row = pipeline.run("inspect", "r-1", "--json").done().rows().get(0);
    assertThat(row.get("request").get("offset").asLong()).isEqualTo(request);
    assertThat(row.get("answer").get("offset").asLong()).isEqualTo(answer);
    assertThat(row.get("requested_at").asText()).isEqualTo("2026-01-31T12:00:00Z");
    assertThat(row.get("received_at").asText()).isEqualTo("2026-01-31T12:00:00.985Z");
    assertThat(row.get("computed_at").asText()).isEqualTo("2026-01-31T12:00:00.995Z");
    assertThat(row.get("answered_at").asText()).isEqualTo("2026-01-31T12:00:01Z");
    assertThat(row.get("version").get("ranges").get(0).get("start").asLong()).isZero();
    assertThat(row.get("version").get("root").asLong()).isEqualTo(1);
    assertThat(row.get("version").get("read_since_root").get(0).get("start").asLong()).isZero();
    assertThat(row.get("version").get("samples").asLong())
        .isEqualTo(pipeline.newest().getSamples());
    assertThat(row.get("version").get("contract").asInt()).isEqualTo(1);
    assertThat(row.get("delayed_label").isNull()).isTrue();

    Label label = Label.newBuilder().setRequestId("r-1").setLabel(0).setCreatedAt(NOW).build();
    long unused = send(pipeline, pipeline.topics.labels(), label);
    assertThat(pipeline.run("inspect", "r-1").done().out())
        .contains("answer      1 (0.7500)", "version     1, 500 ms old at the answer")
        .anyMatch(line -> line.startsWith("trained on  0:0-") && line.endsWith(".batches"))
        .anyMatch(line -> line.matches("since root  0:0-\\d+ from version 1 on, .*"))
        .anyMatch(line -> line.startsWith("label       0 (class 0)  the answer differs"));
    row = pipeline.run("inspect", "r-1", "--json", "--since=2026-01-01T00:00:00Z").rows().get(0);
    assertThat(row.get("delayed_label").get("agrees").asBoolean()).isFalse();

    JsonNode version = pipeline.run("models list", "--labels", "--json").done().rows().get(0);
    assertThat(version.get("delayed").get("count").asLong()).isEqualTo(1);
    assertThat(version.get("delayed").get("accuracy").asDouble()).isZero();
    assertThat(pipeline.run("models list", "--labels").done().out().get(0)).endsWith("delayed");
  }

  @Test
  void saysWhatIsMissingOrTooMany() throws Exception {
    Pipeline pipeline = Pipeline.create(kafka, "unanswered");
    Outcome outcome = pipeline.run("inspect", "r-1");
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.error())
        .containsExactly(
            "tidemill: there is no request 'r-1' on tidemill." + pipeline.model + ".requests");

    long request = sendRequest(pipeline, "r-1", NOW);
    outcome = pipeline.run("inspect", "r-1");
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.error())
        .containsExactly(
            "tidemill: request 'r-1' (partition 0, offset "
                + request
                + ", of 2026-01-31T12:00:00Z) has no answer yet");

    long first = send(pipeline, pipeline.topics.predictions(), answer("r-1", request).build());
    long second = send(pipeline, pipeline.topics.predictions(), answer("r-1", request).build());
    outcome = pipeline.run("inspect", "r-1");
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.error())
        .singleElement()
        .asString()
        .contains("2 committed answers", "offset " + first + " and at", "offset " + second)
        .contains("G5");

    long again = sendRequest(pipeline, "r-1", NOW.plusSeconds(5));
    long unused = send(pipeline, pipeline.topics.predictions(), answer("r-1", again).build());
    outcome = pipeline.run("inspect", "r-1", "--json").done();
    assertThat(outcome.error())
        .containsExactly("inspect: 2 requests have this id; this is the newest");
    assertThat(outcome.rows().get(0).get("request").get("offset").asLong()).isEqualTo(again);
    assertThat(outcome.rows().get(0).get("version").isNull()).isTrue();
  }

  @Test
  void comparesLabelsThatAreSentLater() throws Exception {
    Pipeline pipeline = trained("labeled");
    // As predict would number the samples; all are said to be of class 0.
    for (int i = 0; i < TinyModel.REQUESTS; i++) {
      String id = "day-1-" + i;
      long unused =
          send(
              pipeline,
              pipeline.topics.predictions(),
              answer(id, sendRequest(pipeline, id, NOW)).setLabel(0).build());
    }
    Outcome sent = TinyModel.in(folder).label(pipeline, "day-1-").done();
    assertThat(sent.error())
        .containsExactly("label: sent 3 labels; 0 samples without a usable label, 0 malformed");

    JsonNode version = pipeline.run("models list", "--labels", "--json").done().rows().get(0);
    assertThat(version.get("delayed").get("count").asLong()).isEqualTo(3);
    assertThat(version.get("delayed").get("accuracy").asDouble()).isEqualTo(2 / 3.0);
    assertThat(pipeline.run("models list", "--json").done().rows().get(0).has("delayed")).isFalse();

    // Nobody has asked for these: the ids have another prefix.
    assertThat(TinyModel.in(folder).label(pipeline, "day-2-").status()).isZero();
    assertThat(pipeline.run("models list", "--labels").done().error())
        .containsExactly("models: 3 labels belong to no prediction on the topic");
  }

  private Pipeline trained(String stem) throws IOException {
    Pipeline pipeline = Pipeline.create(kafka, stem);
    TinyModel model = TinyModel.in(folder);
    Outcome unused = model.produce(pipeline).done();
    unused = model.train(pipeline).done();
    return pipeline;
  }

  private static long sendRequest(Pipeline pipeline, String id, Instant created) throws Exception {
    return send(
        pipeline,
        pipeline.topics.requests(),
        PredictionRequest.newBuilder()
            .setRequestId(id)
            .setInputs(Tensors.float32(new long[] {3}, new float[3]))
            .setCreatedAt(created)
            .build());
  }

  private static Prediction.Builder answer(String id, long requestOffset) {
    return Prediction.newBuilder()
        .setRequestId(id)
        .setRequestPartition(0)
        .setRequestOffset(requestOffset)
        .setModel("m")
        .setModelVersion(1)
        .setVersionAgeMs(500)
        .setOutputs(List.of(0.25f, 0.75f))
        .setQueuedUs(10_000)
        .setComputedUs(5_000)
        .setBatchSize(1)
        .setRequestedAt(NOW)
        .setCreatedAt(NOW.plusSeconds(1))
        .setWorker("inference-1");
  }

  private static long send(Pipeline pipeline, String topic, SpecificRecord record)
      throws Exception {
    byte[] key = "k".getBytes(StandardCharsets.UTF_8);
    return pipeline.send(List.of(pipeline.codec.record(topic, 0, key, record))).get(0);
  }
}
