package dev.tidemill.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.checkpoints.Lineage;
import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.schemas.LostRange;
import dev.tidemill.schemas.OffsetRange;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Checks that the planner and the lineage check agree on accepted gaps of a bounded run. The tests
 * write manifests as a trainer does.
 */
class AcceptedGapTest {
  private static final int EPOCHS = 3;
  private static final List<LogRange> WHOLE =
      List.of(new LogRange(0, 0, 10), new LogRange(1, 0, 10));

  private final List<Checkpoint> lineage = new ArrayList<>();
  private RunPlan.Reading plan = plan(WHOLE);
  private TrainedRanges coverage = new TrainedRanges(plan.resumption().starts());
  private List<LostRange> gaps = List.of();

  @Test
  void acceptsGapForLaterEpochs() {
    read(0, 6);
    read(1, 6);
    publish();
    resume(List.of(new LogRange(0, 4, 10), new LogRange(1, 0, 10)));
    assertThat(plan.bounds()).containsExactly(new LogRange(0, 4, 10), new LogRange(1, 0, 10));
    publishRemainingEpochs(1);
    assertThat(verify()).isEmpty();
  }

  @Test
  void acceptsGapAtEpochStart() {
    read(0, 10);
    read(1, 10);
    publish();
    resume(List.of(new LogRange(0, 4, 10), new LogRange(1, 2, 10)));
    publishRemainingEpochs(2);
    assertThat(verify()).isEmpty();
  }

  @Test
  void acceptsGapForCurrentAndLaterEpochs() {
    read(0, 6);
    publish();
    // Partition 1 is not read yet, so the same offsets are lost for all epochs.
    resume(List.of(new LogRange(0, 8, 10), new LogRange(1, 3, 10)));
    assertThat(plan.from()).containsExactly(new Position(0, 1, 8, 0), new Position(1, 1, 3, 0));
    publishRemainingEpochs(1);
    assertThat(verify()).isEmpty();
  }

  @Test
  void acceptsSecondGap() {
    read(0, 6);
    read(1, 6);
    publish();
    resume(List.of(new LogRange(0, 4, 10), new LogRange(1, 0, 10)));
    read(0, 10);
    read(1, 10);
    publish();
    resume(List.of(new LogRange(0, 7, 10), new LogRange(1, 0, 10)));
    publishRemainingEpochs(2);
    assertThat(verify()).isEmpty();
  }

  @Test
  void reportsBoundsThatMoveWithoutGap() {
    read(0, 6);
    read(1, 6);
    publish();
    resume(List.of(new LogRange(0, 4, 10), new LogRange(1, 0, 10)));
    gaps = List.of();
    publishRemainingEpochs(1);
    assertThat(verify())
        .containsExactly(
            "version 2: the run begins at offset 4 of partition 0, but in version 1 at offset 0,"
                + " without a gap");
  }

  private List<String> verify() {
    return Lineage.of(lineage).verify();
  }

  private static RunPlan.Reading plan(List<LogRange> log) {
    return (RunPlan.Reading) planner(log).plan(null, false);
  }

  private static RunPlanner planner(List<LogRange> log) {
    return new RunPlanner("batches", EPOCHS, false, true, log, GroupPositions.NONE);
  }

  /** Restarts the trainer with the given log. */
  private void resume(List<LogRange> log) {
    Checkpoint newest = lineage.get(lineage.size() - 1);
    plan = (RunPlan.Reading) planner(log).plan(newest, false);
    coverage = new TrainedRanges(plan.resumption().starts());
    gaps = plan.resumption().gaps();
  }

  private void read(int partition, long to) {
    coverage.advance(partition, to, 0);
  }

  /** Publishes a version at the end of each epoch. */
  private void publishRemainingEpochs(int epoch) {
    for (int now = epoch; now <= EPOCHS; now++) {
      if (now > epoch) {
        int begun = now;
        coverage.beginEpoch(
            plan.bounds().stream()
                .map(bounds -> Position.atRecord(bounds.partition(), begun, bounds.start()))
                .toList());
      }
      read(0, 10);
      read(1, 10);
      publish();
    }
  }

  private void publish() {
    List<OffsetRange> ranges = coverage.ranges();
    long version = lineage.size() + 1L;
    @Nullable Long parent = version == 1 ? null : version - 1;
    lineage.add(
        Checkpoint.newBuilder()
            .setModel("m")
            .setVersion(version)
            .setParent(parent)
            .setRun(plan.run())
            .setSpec("")
            .setEngine("test")
            .setTopic("batches")
            .setRanges(ranges)
            .setGaps(gaps)
            .setPositions(coverage.positions().stream().map(Position::toManifest).toList())
            .setBounds(plan.bounds().stream().map(LogRange::toManifest).toList())
            .setEpochs(EPOCHS)
            .setSteps(version)
            .setSamples(version)
            .setCreatedAt(Instant.EPOCH)
            .build());
    coverage.cut();
    gaps = List.of();
  }
}
