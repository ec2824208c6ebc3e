package dev.tidemill.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PositionHistoryTest {
  private static Position at(int partition, long offset, int sample) {
    return new Position(partition, 1, offset, sample);
  }

  @Test
  void findsWhereEachPartitionWasAfterTheNewestStepUpToACount() {
    PositionHistory history = new PositionHistory(100, 1000, List.of(at(0, 5, 0), at(1, 2, 3)));
    history.add(1008, List.of(at(0, 5, 4), at(1, 2, 3)));
    history.add(1016, List.of(at(0, 6, 0), at(1, 3, 0)));
    history.add(1024, List.of(at(0, 9, 1), at(1, 3, 0)));
    assertThat(history.at(1000))
        .isEqualTo(new PositionHistory.Found(1000, List.of(at(0, 5, 0), at(1, 2, 3)), false));
    assertThat(history.at(1015))
        .isEqualTo(new PositionHistory.Found(1008, List.of(at(0, 5, 4), at(1, 2, 3)), false));
    assertThat(history.at(1016))
        .isEqualTo(new PositionHistory.Found(1016, List.of(at(0, 6, 0), at(1, 3, 0)), false));
    assertThat(history.at(5000))
        .isEqualTo(new PositionHistory.Found(1024, List.of(at(0, 9, 1), at(1, 3, 0)), false));
  }

  @Test
  void saysIfOnlyLaterPositionsAreRemembered() {
    PositionHistory history = new PositionHistory(3, 0, List.of(at(0, 0, 0), at(1, 0, 0)));
    for (int step = 1; step <= 10; step++) {
      history.add(step * 8L, List.of(at(0, step, 0), at(1, step / 5, 0)));
    }
    // Steps 9 and 10 moved partition 0, and step 10 moved partition 1.
    assertThat(history.at(72))
        .isEqualTo(new PositionHistory.Found(72, List.of(at(0, 9, 0), at(1, 1, 0)), false));
    assertThat(history.at(64))
        .isEqualTo(new PositionHistory.Found(64, List.of(at(0, 8, 0), at(1, 1, 0)), false));
    assertThat(history.at(40))
        .isEqualTo(new PositionHistory.Found(64, List.of(at(0, 8, 0), at(1, 1, 0)), true));
  }

  @Test
  void aPartitionThatWasAddedLaterBeginsAtItsStart() {
    PositionHistory history = new PositionHistory(100, 0, List.of(at(0, 0, 0)));
    history.add(8, List.of(at(0, 1, 0)));
    history.begin(at(1, 4, 0));
    history.add(16, List.of(at(0, 2, 0), at(1, 7, 0)));
    assertThat(history.at(8).positions()).containsExactly(at(0, 1, 0), at(1, 4, 0));
    assertThat(history.at(16).positions()).containsExactly(at(0, 2, 0), at(1, 7, 0));
  }
}
