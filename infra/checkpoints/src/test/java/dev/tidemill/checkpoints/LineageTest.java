package dev.tidemill.checkpoints;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.schemas.OffsetRange;
import dev.tidemill.schemas.PartitionBounds;
import dev.tidemill.schemas.ReadPosition;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LineageTest {
  private final List<Checkpoint> log = new ArrayList<>();

  @Test
  void holdsForAnEndlessRunThatCutsRecords() {
    add(1, range(1, 0, 0, 10, 5));
    add(1, range(1, 10, 5, 20, 0));
    add(1);
    add(1, range(1, 20, 0, 20, 3));
    assertThat(Lineage.of(log).verify()).isEmpty();
  }

  @Test
  void holdsForEpochsOfABoundedRunAndARunAfterIt() {
    PartitionBounds first = bounds(5, 9);
    add(1, first, range(1, 5, 0, 8, 0));
    add(1, first, range(1, 8, 0, 9, 0), range(2, 5, 0, 6, 2));
    add(1, first, range(2, 6, 2, 9, 0));
    PartitionBounds second = bounds(9, 12);
    add(2, second, range(1, 9, 0, 12, 0));
    add(2, second, range(2, 9, 0, 12, 0));
    assertThat(Lineage.of(log).verify()).isEmpty();
  }

  @Test
  void namesAGapAndAnOverlapBetweenVersions() {
    add(1, range(1, 0, 0, 10, 0));
    add(1, range(1, 11, 0, 20, 0));
    add(1, range(1, 19, 4, 30, 0));
    assertThat(Lineage.of(log).verify())
        .containsExactly(
            "version 2: the range of partition 0 in epoch 1 begins at offset 11, where version 1"
                + " ended at offset 10: samples were left out",
            "version 3: the range of partition 0 in epoch 1 begins at offset 19 sample 4, where"
                + " version 2 ended at offset 20: samples were trained twice");
  }

  @Test
  void namesAnEpochThatEndedEarlyOrBeganLate() {
    PartitionBounds bounds = bounds(0, 10);
    add(1, bounds, range(1, 0, 0, 9, 0));
    add(1, bounds, range(2, 1, 0, 10, 0));
    add(1, bounds, range(4, 0, 0, 10, 0));
    assertThat(Lineage.of(log).verify())
        .satisfiesExactly(
            fault -> assertThat(fault).contains("version 1 ended the former at offset 9"),
            fault -> assertThat(fault).contains("begins an epoch at offset 1, not at offset 0"),
            fault -> assertThat(fault).contains("in epoch 4 follows epoch 2"));
  }

  @Test
  void namesARunThatDoesNotGoOnWhereTheFormerEnded() {
    add(1, bounds(0, 10), range(1, 0, 0, 10, 0));
    add(2, bounds(12, 20), range(1, 12, 0, 20, 0));
    add(2, bounds(12, 20), range(1, 20, 0, 21, 0));
    assertThat(Lineage.of(log).verify())
        .satisfiesExactly(
            fault -> assertThat(fault).contains("begins at offset 12, where version 1 ended"),
            fault -> assertThat(fault).contains("passes the end of the run at 20"));
  }

  @Test
  void namesMissingVersionsAndWrongParents() {
    add(1, range(1, 0, 0, 10, 0));
    add(1, range(1, 10, 0, 20, 0));
    add(1, range(1, 20, 0, 30, 0));
    log.remove(1);
    log.get(1).setParent(1L);
    assertThat(Lineage.of(log).verify())
        .satisfiesExactly(
            fault -> assertThat(fault).isEqualTo("version 2 is missing"),
            fault -> assertThat(fault).startsWith("version 3 names version 1 as its parent"),
            fault -> assertThat(fault).contains("samples were left out"));
  }

  @Test
  void namesAPositionThatIsNotWhereTheRangesEnd() {
    add(1, range(1, 0, 0, 10, 0));
    log.get(0).setPositions(List.of(new ReadPosition(0, 1, 11L, 0)));
    assertThat(Lineage.of(log).verify())
        .containsExactly(
            "version 1 reads partition 0 on at offset 11 in epoch 1, and its ranges end at offset 10"
                + " in epoch 1");
  }

  @Test
  void namesAVersionThatIsToldTwiceAndAllowsItsPayloadToGo() {
    add(1, range(1, 0, 0, 10, 0));
    log.add(log.get(0));
    assertThat(Lineage.of(log).verify()).isEmpty();
    add(1, range(1, 0, 0, 10, 0));
    log.get(2).setVersion(1L);
    log.get(2).setParent(null);
    assertThat(Lineage.of(log).verify())
        .containsExactly("version 1 is told differently at offsets 1 and 2");
  }

  @Test
  void findsVersions() {
    assertThat(Lineage.of(log).newest()).isEmpty();
    add(1, range(1, 0, 0, 10, 0));
    add(1, range(1, 10, 0, 20, 0));
    Lineage lineage = Lineage.of(log);
    assertThat(lineage.newest()).contains(log.get(1));
    assertThat(lineage.version(1)).contains(log.get(0));
    assertThat(lineage.version(3)).isEmpty();
  }

  private void add(long run, OffsetRange... ranges) {
    add(run, null, ranges);
  }

  private void add(long run, @Nullable PartitionBounds bounds, OffsetRange... ranges) {
    long version = log.size() + 1L;
    log.add(
        Checkpoint.newBuilder()
            .setModel("m")
            .setVersion(version)
            .setParent(version == 1 ? null : version - 1)
            .setRun(run)
            .setSpec("")
            .setEngine("linear")
            .setTopic("batches")
            .setRanges(List.of(ranges))
            .setPositions(List.of())
            .setBounds(bounds == null ? List.of() : List.of(bounds))
            .setSteps(version)
            .setSamples(version * 100)
            .setCreatedAt(Instant.EPOCH)
            .build());
  }

  private static PartitionBounds bounds(long start, long end) {
    return new PartitionBounds(0, start, end);
  }

  private static OffsetRange range(
      int epoch, long start, int startSample, long end, int endSample) {
    return new OffsetRange(0, epoch, start, startSample, end, endSample);
  }
}
