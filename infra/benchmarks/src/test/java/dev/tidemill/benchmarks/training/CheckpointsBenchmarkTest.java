package dev.tidemill.benchmarks.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tidemill.benchmarks.Rounds;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CheckpointsBenchmarkTest {

  @Test
  void aRoundWithoutItsCheckpointGivesNoFigure() {
    assertThat(CheckpointsBenchmark.lost(rounds(1, 0)))
        .hasValueSatisfying(lost -> assertThat(lost.median()).isCloseTo(15, within(1e-9)));
    assertThat(CheckpointsBenchmark.lost(rounds(0, 0))).isEmpty();
    assertThat(CheckpointsBenchmark.lost(rounds(1, 1))).isEmpty();
  }

  private static Rounds rounds(int with, int without) {
    Rounds rounds = new Rounds();
    rounds.add(CheckpointsBenchmark.WITH, round(75, 1));
    rounds.add(CheckpointsBenchmark.WITH, round(75, with));
    rounds.add(CheckpointsBenchmark.WITHOUT, round(100, 0));
    rounds.add(CheckpointsBenchmark.WITHOUT, round(75 / 0.95, without));
    return rounds;
  }

  private static Map<String, Double> round(double rate, double versions) {
    return Map.of("samplesPerSecond", rate, "versions", versions);
  }
}
