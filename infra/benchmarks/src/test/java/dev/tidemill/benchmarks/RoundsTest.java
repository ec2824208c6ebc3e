package dev.tidemill.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RoundsTest {

  @Test
  void aRatioIsTheMedianOfTheRoundsRatios() {
    // The second round was slow for both: the ratio of the medians would be 50 / 30.
    Rounds rounds = rounds(Map.of("a", rates(50, 20, 90), "b", rates(10, 30, 30)));

    assertThat(rounds.ratio("a", "b", "rate")).contains(new Figure(3, 20 / 30.0, 5, "×"));
  }

  @Test
  void rejectsARatioToARoundThatMeasuredNothing() {
    Rounds rounds = rounds(Map.of("a", rates(50), "b", rates(0)));

    assertThatThrownBy(() -> rounds.ratio("a", "b", "rate"))
        .isInstanceOf(BenchmarkException.class)
        .hasMessageContaining("b measured: 0");
  }

  @Test
  void aFigureIsTheMedianWithTheLowestAndTheHighestRound() {
    Rounds rounds = rounds(Map.of("a", rates(5, 1, 4, 2)));

    assertThat(rounds.figure("a", "rate", "ms")).contains(new Figure(3, 1, 5, "ms"));
  }

  @Test
  void anAbsentParticipantHasNoFigure() {
    Rounds rounds = rounds(Map.of("a", rates(1)));

    assertThat(rounds.figure("b", "rate", "ms")).isEmpty();
    assertThat(rounds.ratio("a", "b", "rate")).isEmpty();
  }

  @Test
  void rejectsAResultWithoutTheNumber() {
    Rounds rounds = rounds(Map.of("a", rates(1)));

    assertThatThrownBy(() -> rounds.values("a", "speed"))
        .isInstanceOf(BenchmarkException.class)
        .hasMessage("participant a returned no number 'speed': {\"rate\":1.0}");
  }

  @Test
  void rejectsARatioOfDifferentNumbersOfRounds() {
    Rounds rounds = rounds(Map.of("a", rates(1, 2), "b", rates(1)));
    assertThatThrownBy(() -> rounds.ratio("a", "b", "rate"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a has 2 rounds, b has 1");
  }

  private static Rounds rounds(Map<String, double[]> rates) {
    Rounds rounds = new Rounds();
    rates.forEach(
        (name, values) ->
            Arrays.stream(values).forEach(rate -> rounds.add(name, Map.of("rate", rate))));
    return rounds;
  }

  private static double[] rates(double... rates) {
    return rates;
  }
}
