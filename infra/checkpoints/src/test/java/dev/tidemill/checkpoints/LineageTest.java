package dev.tidemill.checkpoints;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.schemas.LostRange;
import dev.tidemill.schemas.OffsetRange;
import dev.tidemill.schemas.PartitionBounds;
import dev.tidemill.schemas.Payload;
import dev.tidemill.schemas.ReadPosition;
import dev.tidemill.schemas.Restart;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LineageTest {
  private static final Payload PAYLOAD = new Payload(0L, "0".repeat(64), List.of());

  private final List<Checkpoint> log = new ArrayList<>();

  @Test
  void acceptsAnEndlessRunThatSplitsRecords() {
    add(1, range(1, 0, 0, 10, 5));
    add(1, range(1, 10, 5, 20, 0));
    add(1);
    add(1, range(1, 20, 0, 20, 3));
    assertThat(Lineage.of(log).verify()).isEmpty();
  }

  @Test
  void acceptsEpochsOfABoundedRunAndALaterRun() {
    PartitionBounds first = bounds(0, 9);
    add(1, first, range(1, 0, 0, 8, 0));
    add(1, first, range(1, 8, 0, 9, 0), range(2, 0, 0, 6, 2));
    add(1, first, range(2, 6, 2, 9, 0));
    PartitionBounds second = bounds(9, 12);
    add(2, second, range(1, 9, 0, 12, 0));
    add(2, second, range(2, 9, 0, 12, 0));
    assertThat(Lineage.of(log).verify()).isEmpty();
  }

  @Test
  void reportsAGapAndAnOverlapBetweenVersions() {
    add(1, range(1, 0, 0, 10, 0));
    add(1, range(1, 11, 0, 20, 0));
    add(1, range(1, 19, 4, 30, 0));
    assertThat(Lineage.of(log).verify())
        .containsExactly(
            "version 2: the range of partition 0 in epoch 1 begins at offset 11, but version 1"
                + " ended at offset 10: samples were skipped",
            "version 3: the range of partition 0 in epoch 1 begins at offset 19 sample 4, but"
                + " version 2 ended at offset 20: samples were trained twice");
  }

  @Test
  void reportsAnEpochThatEndedEarlyOrBeganLate() {
    PartitionBounds bounds = bounds(0, 10);
    add(1, bounds, range(1, 0, 0, 9, 0));
    add(1, bounds, range(2, 1, 0, 10, 0));
    add(1, bounds, range(4, 0, 0, 10, 0));
    assertThat(Lineage.of(log).verify())
        .satisfiesExactly(
            fault ->
                assertThat(fault)
                    .contains("version 1 ended at offset 9 in the previous epoch, not at"),
            fault -> assertThat(fault).contains("begins an epoch at offset 1, not at offset 0"),
            fault -> assertThat(fault).contains("in epoch 4 follows epoch 2"));
  }

  @Test
  void reportsARunThatDoesNotContinueThePreviousOne() {
    add(1, bounds(0, 10), range(1, 0, 0, 10, 0));
    add(2, bounds(12, 20), range(1, 12, 0, 20, 0));
    add(2, bounds(12, 20), range(1, 20, 0, 21, 0));
    assertThat(Lineage.of(log).verify())
        .satisfiesExactly(
            fault -> assertThat(fault).contains("begins at offset 12, but version 1 ended"),
            fault -> assertThat(fault).contains("passes the end of the run at 20"));
  }

  @Test
  void reportsMissingVersionsAndWrongParents() {
    add(1, range(1, 0, 0, 10, 0));
    add(1, range(1, 10, 0, 20, 0));
    add(1, range(1, 20, 0, 30, 0));
    log.remove(1);
    log.get(1).setParent(1L);
    assertThat(Lineage.of(log).verify())
        .satisfiesExactly(
            fault -> assertThat(fault).startsWith("version 3 names version 1 as its parent"),
            fault -> assertThat(fault).isEqualTo("version 2 is missing"),
            fault -> assertThat(fault).contains("samples were skipped"));
  }

  @Test
  void reportsAPositionThatIsNotTheEndOfTheRanges() {
    add(1, range(1, 0, 0, 10, 0));
    log.get(0).setPositions(List.of(new ReadPosition(0, 1, 11L, 0)));
    assertThat(Lineage.of(log).verify())
        .containsExactly(
            "version 1 continues partition 0 at offset 11 in epoch 1, but its ranges end at offset"
                + " 10 in epoch 1");
  }

  @Test
  void reportsAPartitionThatDoesNotBeginAtOffsetZero() {
    add(1, range(1, 5, 0, 10, 0));
    assertThat(verify())
        .containsExactly(
            "version 1: the range of partition 0 in epoch 1 begins at offset 5, but the partition"
                + " begins at offset 0: samples were skipped");
  }

  @Test
  void aGapExcusesExactlyItsOffsets() {
    add(1, range(1, 5, 0, 10, 3));
    log.get(0).setGaps(List.of(gap(0, 5)));
    add(1, range(1, 20, 0, 30, 0));
    log.get(1).setGaps(List.of(gap(10, 20)));
    add(1);
    log.get(2).setGaps(List.of(gap(30, 40)));
    log.get(2).setPositions(List.of(new ReadPosition(0, 1, 40L, 0)));
    add(1, range(1, 40, 0, 50, 0));
    assertThat(verify()).isEmpty();

    log.get(1).setGaps(List.of(gap(10, 19)));
    log.get(3).setGaps(List.of(gap(40, 45)));
    assertThat(verify())
        .containsExactly(
            "version 2: the range of partition 0 in epoch 1 begins at offset 20, but version 1"
                + " ended at offset 19: samples were skipped",
            "version 4: the gap of partition 0 from offset 40 to 45 is not at the read position");
  }

  @Test
  void acceptsAGapAtTheBeginningOfAnEpoch() {
    PartitionBounds bounds = bounds(0, 10);
    add(1, bounds, range(1, 0, 0, 10, 0));
    add(1, bounds, range(2, 4, 0, 10, 0));
    assertThat(verify()).hasSize(1);
    log.get(1).setGaps(List.of(gap(0, 4)));
    assertThat(verify()).isEmpty();
  }

  @Test
  void acceptsAPartitionAddedLater() {
    add(1, range(1, 0, 0, 10, 0));
    add(1, range(1, 10, 0, 20, 0));
    log.get(1).setRanges(List.of(range(1, 10, 0, 20, 0), new OffsetRange(1, 1, 0L, 0, 7L, 0)));
    log.get(1).setPositions(List.of(new ReadPosition(0, 1, 20L, 0), new ReadPosition(1, 1, 7L, 0)));
    assertThat(verify()).isEmpty();
    log.get(1).setPositions(List.of(new ReadPosition(0, 1, 20L, 0)));
    assertThat(verify()).containsExactly("version 2 has no read position for partition 1");
  }

  @Test
  void acceptsEpochsWithoutRangesForAnEmptyPartition() {
    PartitionBounds bounds = bounds(0, 0);
    add(1, bounds);
    log.get(0).setPositions(List.of(new ReadPosition(0, 1, 0L, 0)));
    add(1, bounds);
    log.get(1).setPositions(List.of(new ReadPosition(0, 4, 0L, 0)));
    assertThat(verify()).isEmpty();
  }

  @Test
  void reportsAnotherTopicOrModelAsAContradiction() {
    add(1, range(1, 0, 0, 10, 0));
    add(1, range(1, 10, 0, 20, 0));
    log.get(1).setTopicId("other");
    assertThat(Lineage.of(log).contradictions())
        .containsExactly(
            "version 2 was trained on the topic batches with the id \"other\", but version 1"
                + " \"id\": offsets of one mean nothing in the other");
    log.get(1).setTopicId("id");
    log.get(1).setTopic("b2");
    assertThat(Lineage.of(log).contradictions()).hasSize(1);
    log.get(1).setTopic("batches");
    log.get(1).setModel("n");
    assertThat(Lineage.of(log).contradictions()).hasSize(1);
  }

  @Test
  void reportsAVersionWrittenTwiceButAllowsPayloadRemoval() {
    add(1, range(1, 0, 0, 10, 0));
    Checkpoint retired = Checkpoint.newBuilder(log.get(0)).build();
    log.get(0).setPayload(PAYLOAD);
    log.add(retired);
    assertThat(verify()).isEmpty();
    assertThat(Lineage.of(log).withPayload()).isEmpty();

    Checkpoint other = Checkpoint.newBuilder(retired).setSamples(99).build();
    log.set(1, other);
    assertThat(Lineage.of(log).contradictions())
        .containsExactly("the manifests of version 1 at offsets 0 and 1 disagree");
    assertThat(verify()).isEqualTo(Lineage.of(log).contradictions());

    log.set(1, retired);
    log.add(retired);
    assertThat(Lineage.of(log).contradictions())
        .containsExactly("version 1 is written again at offset 2, after its payload was removed");
  }

  @Test
  void aFaultInTheChainIsNotAContradiction() {
    add(1, range(1, 0, 0, 10, 0));
    add(1, range(1, 11, 0, 20, 0));
    assertThat(verify()).hasSize(1);
    assertThat(Lineage.of(log).contradictions()).isEmpty();
  }

  @Test
  void findsVersionsWithPayload() {
    assertThat(Lineage.of(log).newest()).isEmpty();
    add(1, range(1, 0, 0, 10, 0));
    add(1, range(1, 10, 0, 20, 0));
    log.get(0).setPayload(PAYLOAD);
    log.get(1).setRefusedRecords(3);
    Lineage lineage = Lineage.of(log);
    assertThat(lineage.newest()).contains(log.get(1));
    assertThat(lineage.withPayload()).containsExactly(log.get(0));
    assertThat(lineage.withPayload(1)).contains(log.get(0));
    assertThat(lineage.withPayload(2)).isEmpty();
    assertThat(lineage.versions()).isEqualTo(2);
    assertThat(lineage.refusedRecords()).isEqualTo(3);
  }

  @Test
  void acceptsRangesThatBeginAtTheRestartAndOnlyThere() {
    add(1, range(1, 0, 0, 10, 0));
    add(1, range(1, 10, 0, 20, 5));
    restart(2, 7, 3);
    add(1, range(1, 7, 3, 15, 0));
    add(1, range(1, 15, 0, 30, 0));
    log.get(2).setSteps(1L);
    log.get(3).setSteps(2L);
    root(3, 3, 4);
    assertThat(verify()).isEmpty();
    assertThat(Lineage.of(log).contradictions()).isEmpty();

    log.get(2).setRanges(List.of(range(1, 8, 0, 15, 0)));
    assertThat(verify())
        .containsExactly(
            "version 3: the range of partition 0 in epoch 1 begins at offset 8, but version 2"
                + " restarts at offset 7 sample 3: samples were skipped");
    log.get(2).setRanges(List.of(range(1, 7, 0, 15, 0)));
    assertThat(verify()).singleElement().asString().endsWith("samples were trained twice");
    log.get(2).setRanges(List.of(range(1, 20, 5, 30, 0)));
    log.get(2).setPositions(List.of(new ReadPosition(0, 1, 30L, 0)));
    assertThat(verify()).anyMatch(fault -> fault.contains("restarts at offset 7 sample 3"));
  }

  @Test
  void aGapAfterARestartExcusesExactlyItsOffsets() {
    add(1, range(1, 0, 0, 20, 0));
    restart(1, 5, 0);
    add(1, range(1, 9, 0, 30, 0));
    root(2, 2);
    assertThat(verify()).hasSize(1);
    log.get(1).setGaps(List.of(gap(5, 9)));
    assertThat(verify()).isEmpty();
    log.get(1).setGaps(List.of(gap(5, 8)));
    assertThat(verify()).hasSize(1);
  }

  @Test
  void reportsARootThatDoesNotFollowARestart() {
    add(1, range(1, 0, 0, 10, 0));
    add(1, range(1, 10, 0, 20, 0));
    add(1, range(1, 20, 0, 30, 0));
    root(2, 2);
    assertThat(verify())
        .containsExactly("version 2 has the root 2, not 1", "version 3 has the root 1, not 2");

    root(1, 2);
    restart(2, 20, 0);
    assertThat(verify())
        .containsExactly(
            "version 3 has the root 1, not 3: version 2 says that the next one begins anew");
    root(3, 3);
    assertThat(verify()).isEmpty();
  }

  /** For example one with the weights of an earlier model. */
  @Test
  void reportsARootWithoutSamplesOfItsOwn() {
    add(1, range(1, 0, 0, 10, 0));
    restart(1, 5, 0);
    add(1);
    root(2, 2);
    log.get(1).setSamples(log.get(0).getSamples());
    assertThat(verify()).anyMatch(fault -> fault.contains("was trained on no sample"));
  }

  @Test
  void reportsARestartThatWouldSkipRecords() {
    add(1, range(1, 0, 0, 10, 0));
    restart(1, 11, 0);
    assertThat(verify())
        .containsExactly(
            "version 1 restarts partition 0 at offset 11 in epoch 1, after its own position at"
                + " offset 10 in epoch 1");
    log.get(0).setRestart(new Restart(List.of(new ReadPosition(1, 1, 0L, 0)), 0L, "why"));
    assertThat(verify())
        .containsExactly(
            "version 1 has a read position for partition 0, but no restart",
            "version 1 has a restart for partition 1, but no read position");
    log.get(0).setRestart(new Restart(log.get(0).getPositions(), 0L, "why"));
    log.get(0).setEpochs(2);
    assertThat(verify()).singleElement().asString().contains("is of a bounded run");
  }

  private void restart(int version, long offset, int sample) {
    log.get(version - 1)
        .setRestart(new Restart(List.of(new ReadPosition(0, 1, offset, sample)), 100L, "why"));
  }

  private void root(long root, int... versions) {
    for (int version : versions) {
      log.get(version - 1).setRoot(root);
    }
  }

  /** Tries many orders that compaction and late rewriting may produce. */
  @Test
  void acceptsRecordsInAnyOrder() {
    for (int version = 1; version <= 40; version++) {
      add(1, range(1, version * 10L - 10, 0, version * 10L, 0));
    }
    Checkpoint newest = log.get(39);
    Random random = new Random(20260301);
    for (int round = 0; round < 200; round++) {
      Collections.shuffle(log, random);
      assertThat(verify()).isEmpty();
      assertThat(Lineage.of(log).newest()).contains(newest);
      assertThat(Lineage.of(log).versions()).isEqualTo(40);
    }
    newest.setRanges(List.of(range(1, 389, 0, 400, 0)));
    for (int round = 0; round < 50; round++) {
      Collections.shuffle(log, random);
      assertThat(verify())
          .containsExactly(
              "version 40: the range of partition 0 in epoch 1 begins at offset 389, but version"
                  + " 39 ended at offset 390: samples were trained twice");
    }
  }

  @Test
  void countsFaultsBeyondTheLimit() {
    for (int version = 1; version <= FaultList.MAX_FAULTS + 5; version++) {
      add(1, range(1, 7, 0, 10, 0));
    }
    assertThat(verify()).hasSize(FaultList.MAX_FAULTS + 1).last().isEqualTo("and 5 more faults");
  }

  @Test
  void reportsManyHolesInBoundedMemory() {
    for (int i = 0; i < LineageFold.MAX_SEGMENTS + 200; i++) {
      add(1);
      log.get(i).setVersion(2L * i + 1);
      log.get(i).setParent(i == 0 ? null : 2L * i);
    }
    Lineage lineage = Lineage.of(log);
    assertThat(lineage.verify()).contains("version 2 is missing", "version 400 is missing");
    assertThat(lineage.versions()).isEqualTo(LineageFold.MAX_SEGMENTS + 200);
  }

  private List<String> verify() {
    return Lineage.of(log).verify();
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
            .setTopicId("id")
            .setRanges(List.of(ranges))
            .setPositions(positionsAfter(version, ranges))
            .setBounds(bounds == null ? List.of() : List.of(bounds))
            .setSteps(version)
            .setSamples(version * 100)
            .setCreatedAt(Instant.EPOCH)
            .build());
  }

  /** Returns the end of the last range; without one, the previous version's position. */
  private List<ReadPosition> positionsAfter(long version, OffsetRange... ranges) {
    if (ranges.length == 0) {
      return version == 1 ? List.of() : log.get((int) version - 2).getPositions();
    }
    OffsetRange last = ranges[ranges.length - 1];
    return List.of(new ReadPosition(0, last.getEpoch(), last.getEndOffset(), last.getEndSample()));
  }

  private static LostRange gap(long start, long end) {
    return new LostRange(0, start, end, "retention");
  }

  private static PartitionBounds bounds(long start, long end) {
    return new PartitionBounds(0, start, end);
  }

  private static OffsetRange range(
      int epoch, long start, int startSample, long end, int endSample) {
    return new OffsetRange(0, epoch, start, startSample, end, endSample);
  }
}
