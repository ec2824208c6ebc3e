package dev.tidemill.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.schemas.OffsetRange;
import dev.tidemill.schemas.Payload;
import dev.tidemill.schemas.TargetErrors;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VersionRowTest {
  private static final Checkpoint VERSION =
      Checkpoint.newBuilder()
          .setModel("digits")
          .setVersion(12)
          .setParent(11L)
          .setSpec("")
          .setEngine("dl4j")
          .setTopic("tidemill.digits.batches")
          .setRanges(
              List.of(
                  OffsetRange.newBuilder()
                      .setPartition(0)
                      .setEpoch(1)
                      .setStartOffset(640)
                      .setStartSample(0)
                      .setEndOffset(704)
                      .setEndSample(16)
                      .build()))
          .setPositions(List.of())
          .setBounds(List.of())
          .setSteps(704)
          .setSamples(45_056)
          .setLoss(0.12)
          .setAccuracy(0.96)
          .setPayload(
              Payload.newBuilder().setBytes(741_112).setSha256("").setChunks(List.of()).build())
          .setCreatedAt(Instant.parse("2026-01-02T03:04:05Z"))
          .build();

  @Test
  void writesOneLineOfJson() {
    assertThat(VersionRow.forJson(VERSION, 0).toJson())
        .isEqualTo(
            "{\"version\":12,\"parent\":11,\"root\":1,\"ranges\":[{\"partition\":0,\"start\":640,"
                + "\"start_sample\":0,\"end\":704,\"end_sample\":16,\"epoch\":1}],"
                + "\"samples\":45056,\"loss\":0.12,\"accuracy\":0.96,\"errors\":[],\"bytes\":741112,"
                + "\"created\":\"2026-01-02T03:04:05Z\",\"pinned\":false}");
  }

  @Test
  void abbreviatesRangesInATable() {
    assertThat(VersionRow.forTable(VERSION, 0).values())
        .containsEntry("ranges", List.of("0:640-704+16@1"));
  }

  @Test
  void marksThePinnedVersion() {
    assertThat(VersionRow.forTable(VERSION, 12).values()).containsEntry("pinned", true);
    assertThat(VersionRow.forTable(VERSION, 11).values()).containsEntry("pinned", false);
  }

  @Test
  void showsTheErrorsOfARegression() {
    Checkpoint one = withErrors(new TargetErrors("price", 2.5, 3.25, 0.9));
    assertThat(VersionRow.forTable(one, 0).values())
        .containsEntry("rmse", 3.25)
        .containsEntry("accuracy", null);
    assertThat(VersionRow.forTable(VERSION, 0).values())
        .as("versions of one list have the same columns")
        .containsEntry("rmse", null);
    assertThat(VersionRow.forJson(one, 0).toJson())
        .contains("\"errors\":[{\"target\":\"price\",\"mae\":2.5,\"rmse\":3.25,\"r2\":0.9}]");
    Checkpoint two =
        withErrors(
            new TargetErrors("price", 2.5, 3.25, 0.9), new TargetErrors("mass", 1.0, 2.0, null));
    assertThat(VersionRow.forTable(two, 0).values())
        .containsEntry("rmse", Map.of("price", 3.25, "mass", 2.0));
  }

  private static Checkpoint withErrors(TargetErrors... errors) {
    return Checkpoint.newBuilder(VERSION).setAccuracy(null).setErrors(List.of(errors)).build();
  }

  @Test
  void leavesBytesEmptyWithoutPayload() {
    Checkpoint retired = Checkpoint.newBuilder(VERSION).setPayload(null).setParent(null).build();

    assertThat(VersionRow.forJson(retired, 0).toJson())
        .contains("\"bytes\":null")
        .contains("\"parent\":null");
  }
}
