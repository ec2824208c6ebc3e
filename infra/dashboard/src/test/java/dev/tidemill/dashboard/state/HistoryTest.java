package dev.tidemill.dashboard.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A history keeps seconds, then minutes, then nothing. */
class HistoryTest {
  private static final long BEGIN = 1_700_000_000_000L - 1_700_000_000_000L % 60_000;

  private final History history = new History(List.of("value"));

  @Test
  void keepsEachSecond() {
    history.add(BEGIN + 250, 1);
    history.add(BEGIN + 1_999, 2);

    Chart chart = history.since(0, 100);

    assertThat(chart.times()).containsExactly(BEGIN, BEGIN + 1_000);
    assertThat(chart.series().get(0)).containsExactly(1.0, 2.0);
  }

  @Test
  void replacesASecondThatIsWrittenAgain() {
    for (int i = 0; i < 5; i++) {
      history.add(BEGIN + 1_000L * i, i);
    }
    history.add(BEGIN + 2_000, 70);
    history.add(BEGIN + 4_000, 90);

    assertThat(history.since(0, 100).series().get(0)).containsExactly(0.0, 1.0, 70.0, 3.0, 90.0);
  }

  @Test
  void insertsASecondThatIsWrittenLate() {
    for (int i : new int[] {0, 1, 5, 6}) {
      history.add(BEGIN + 1_000L * i, i);
    }
    history.add(BEGIN + 3_000, 3);
    history.add(BEGIN + 2_000, 2);

    Chart chart = history.since(0, 100);
    assertThat(chart.series().get(0)).containsExactly(0.0, 1.0, 2.0, 3.0, 5.0, 6.0);
    assertThat(chart.times()).isSorted();
  }

  @Test
  void leavesOutWhatIsMissing() {
    history.add(BEGIN, Double.NaN);
    history.add(BEGIN + 1_000, 3);

    assertThat(history.since(0, 100).series().get(0)).containsExactly(null, 3.0);
  }

  @Test
  void foldsOldSecondsIntoMinutesAndForgetsThemAfterAWeek() {
    long seconds = History.FINE.plus(History.COARSE).plusDays(1).toSeconds();
    for (long i = 0; i < seconds; i++) {
      double minute = Math.floorDiv(i, 60L) * 1.0;
      history.add(BEGIN + 1_000L * i, minute);
    }

    Chart chart = history.since(0, Integer.MAX_VALUE);

    long minutes = History.COARSE.toMinutes();
    assertThat(chart.times()).hasSize((int) (minutes + History.FINE.toSeconds()));
    assertThat(chart.times()).isSorted();
    int last = (int) minutes - 1;
    assertThat(chart.times().get(last) % Duration.ofMinutes(1).toMillis()).isZero();
    // The mean of a minute's equal values is the value.
    assertThat(chart.series().get(0).get(last))
        .isEqualTo((chart.times().get(last) - BEGIN) / 60_000.0);
  }

  @Test
  void returnsMeansOfNeighborsIfThereAreTooManyRows() {
    for (int i = 0; i < 100; i++) {
      history.add(BEGIN + 1_000L * i, i);
    }

    Chart chart = history.since(BEGIN + 20_000, 20);

    assertThat(chart.times()).hasSize(20).startsWith(BEGIN + 23_000);
    assertThat(chart.series().get(0)).startsWith(21.5, 25.5);
  }
}
