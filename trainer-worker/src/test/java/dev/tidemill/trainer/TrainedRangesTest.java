package dev.tidemill.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemill.schemas.OffsetRange;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrainedRangesTest {
  private final TrainedRanges coverage =
      new TrainedRanges(
          List.of(
              PartitionStart.at(new Position(0, 2, 10, 3)),
              PartitionStart.at(new Position(1, 2, 50, 0))));

  @Test
  void rangeExtendsFromLastCutToPosition() {
    coverage.advance(0, 11, 0);
    coverage.advance(0, 12, 7);
    assertThat(coverage.ranges()).containsExactly(new OffsetRange(0, 2, 10L, 3, 12L, 7));
    assertThat(coverage.positions())
        .containsExactly(new Position(0, 2, 12, 7), new Position(1, 2, 50, 0));
  }

  @Test
  void nextRangeTouchesPreviousRange() {
    coverage.advance(0, 12, 7);
    coverage.cut();
    assertThat(coverage.ranges()).isEmpty();
    coverage.advance(0, 12, 8);
    assertThat(coverage.ranges()).containsExactly(new OffsetRange(0, 2, 12L, 7, 12L, 8));
  }

  @Test
  void epochEndsRangeAndBeginsAnother() {
    coverage.advance(1, 60, 0);
    coverage.beginEpoch(List.of(new Position(0, 3, 5, 0), new Position(1, 3, 40, 0)));
    coverage.advance(1, 41, 0);
    assertThat(coverage.ranges())
        .containsExactly(
            new OffsetRange(1, 2, 50L, 0, 60L, 0), new OffsetRange(1, 3, 40L, 0, 41L, 0));
  }

  @Test
  void rejectsMovingBack() {
    coverage.advance(0, 12, 7);
    assertThatThrownBy(() -> coverage.advance(0, 12, 7))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("offset 12 sample 7");
    assertThatThrownBy(() -> coverage.advance(9, 1, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("partition 9");
  }

  @Test
  void passDoesNotMoveRangeStart() {
    TrainedRanges passed =
        new TrainedRanges(
            List.of(
                new PartitionStart(null, new Position(0, 1, 10, 0), new Position(0, 1, 15, 0))));
    passed.advance(0, 16, 0);
    assertThat(passed.ranges()).containsExactly(new OffsetRange(0, 1, 10L, 0, 16L, 0));
  }

  @Test
  void passAtEpochEndIsRangeOfThatEpoch() {
    PartitionStart passed =
        new PartitionStart(null, new Position(0, 1, 10, 0), new Position(0, 1, 15, 0));
    TrainedRanges coverage = new TrainedRanges(List.of(passed.inEpoch(new Position(0, 2, 0, 0))));
    assertThat(coverage.hasBegunEpoch()).isTrue();
    coverage.advance(0, 4, 0);
    assertThat(coverage.ranges())
        .containsExactly(
            new OffsetRange(0, 1, 10L, 0, 15L, 0), new OffsetRange(0, 2, 0L, 0, 4L, 0));
    coverage.cut();
    assertThat(coverage.hasBegunEpoch()).isFalse();
  }

  @Test
  void addsPartition() {
    coverage.addPartition(PartitionStart.at(new Position(2, 2, 7, 0)));
    coverage.advance(2, 9, 0);
    assertThat(coverage.ranges()).containsExactly(new OffsetRange(2, 2, 7L, 0, 9L, 0));
    assertThat(coverage.starts())
        .contains(new PartitionStart(null, new Position(2, 2, 7, 0), new Position(2, 2, 9, 0)));
  }
}
