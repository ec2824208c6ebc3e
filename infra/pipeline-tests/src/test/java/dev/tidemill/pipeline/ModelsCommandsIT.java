package dev.tidemill.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.schemas.OffsetRange;
import dev.tidemill.schemas.ReadPosition;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.WithKafka;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** Checks {@code models} on a lineage with recorded and unrecorded gaps. */
@WithKafka
class ModelsCommandsIT {
  private final KafkaCluster kafka;

  ModelsCommandsIT(KafkaCluster kafka) {
    this.kafka = kafka;
  }

  @Test
  void showsRecordedGapsAndReportsOthersAsFaults() throws Exception {
    Pipeline pipeline = Pipeline.create(kafka, "gaps");
    sendThreeRecords(pipeline);
    deleteBefore(pipeline, 1);
    Outcome unused = pipeline.run("train", "--exit-at-end").done();
    sendThreeRecords(pipeline);
    deleteBefore(pipeline, 5);
    assertThat(pipeline.run("train", "--exit-at-end").error())
        .anyMatch(line -> line.contains("offsets 4 to 4 were deleted"));
    unused = pipeline.run("train", "--exit-at-end", "--accept-gap").done();

    assertThat(pipeline.run("models list", "--json").done().rows())
        .extracting(row -> row.get("version").asLong(), row -> row.get("samples").asLong())
        .containsExactly(tuple(1L, 64L), tuple(2L, 128L));
    assertThat(pipeline.run("models list").done().out())
        .hasSize(3)
        .anyMatch(line -> line.contains("0:1-4"))
        .anyMatch(line -> line.contains("0:5-7"));
    assertThat(pipeline.run("models show", "--version-number=1").done().out())
        .contains(
            "gap          partition 0, offsets 0 to 1: deleted before the first version that"
                + " includes the partition");
    assertThat(pipeline.run("models show").done().out())
        .contains(
            "gap          partition 0, offsets 4 to 5: deleted before they were trained; accepted"
                + " with trainer.accept.gap");
    JsonNode manifest = pipeline.run("models show", "--json").done().rows().get(0);
    assertThat(manifest.get("version").asLong()).isEqualTo(2);
    assertThat(manifest.get("gaps").get(0).get("start").asLong()).isEqualTo(4);
    assertThat(pipeline.run("models verify", "--payloads").done().out())
        .containsExactly("2 versions, no faults");

    publishVersionThatSkipsARecord(pipeline);
    Outcome verified = pipeline.run("models verify");
    assertThat(verified.status()).isEqualTo(1);
    assertThat(verified.out())
        .anyMatch(line -> line.contains("version 3") && line.contains("samples were skipped"))
        .contains("3 versions, 1 faults");
    assertThat(pipeline.run("models show", "--version-number=4").error())
        .containsExactly("tidemill: model " + pipeline.model + " has no version 4");
  }

  /**
   * Sends without transactions, because their markers would occupy offsets. Only the first record
   * is in one, with the data contract, so offset 1 is a marker.
   */
  private static void sendThreeRecords(Pipeline pipeline) {
    Outcome unused =
        pipeline
            .run(
                "produce",
                "--data=digits",
                "--limit=96",
                "--batch-size=32",
                "--set=send.resume=never")
            .done();
  }

  /** Deletes records like retention. */
  private void deleteBefore(Pipeline pipeline, long offset) throws Exception {
    TopicPartition batches = new TopicPartition(pipeline.topics.batches(), 0);
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      Object unused =
          admin.deleteRecords(Map.of(batches, RecordsToDelete.beforeOffset(offset))).all().get();
    }
  }

  /** Writes a version 3 that starts one record too late, without a recorded gap. */
  private static void publishVersionThatSkipsARecord(Pipeline pipeline) throws Exception {
    Checkpoint newest = pipeline.newest();
    OffsetRange last = newest.getRanges().get(0);
    ReadPosition position = newest.getPositions().get(0);
    Checkpoint late =
        Checkpoint.newBuilder(newest)
            .setVersion(3)
            .setParent(2L)
            .setPayload(null)
            .setGaps(List.of())
            .setRanges(List.of(new OffsetRange(0, last.getEpoch(), 8L, 0, 9L, 0)))
            .setPositions(List.of(ReadPosition.newBuilder(position).setOffset(9).build()))
            .build();
    List<Long> unused =
        pipeline.send(
            List.of(
                pipeline.codec.record(
                    pipeline.topics.checkpoints(), 0, "3".getBytes(StandardCharsets.UTF_8), late)));
  }
}
