package dev.tidemill.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RoundsTest {

  @Test
  void aRatioIsMadeRoundByRoundBeforeTheMedianIsTaken() {
    // The second round was slow for both: the ratio of the medians would be 50 / 30.
    Rounds rounds = new Rounds(Map.of("a", told(50, 20, 90), "b", told(10, 30, 30)));

    assertThat(rounds.ratio("a", "b", "rate")).contains(new Figure(3, 20 / 30.0, 5, "×"));
  }

  @Test
  void aRoundThatMeasuredNothingMakesNoRatio() {
    Rounds rounds = new Rounds(Map.of("a", told(50), "b", told(0)));

    assertThatThrownBy(() -> rounds.ratio("a", "b", "rate"))
        .isInstanceOf(BenchmarkException.class)
        .hasMessageContaining("b measured: 0");
  }

  @Test
  void aFigureIsTheMedianWithTheLowestAndTheHighestRound() {
    Rounds rounds = new Rounds(Map.of("a", told(5, 1, 4, 2)));

    assertThat(rounds.figure("a", "rate", "ms")).contains(new Figure(3, 1, 5, "ms"));
  }

  @Test
  void whoDidNotTakePartHasNoFigure() {
    Rounds rounds = new Rounds(Map.of("a", told(1)));

    assertThat(rounds.figure("b", "rate", "ms")).isEmpty();
    assertThat(rounds.ratio("a", "b", "rate")).isEmpty();
  }

  @Test
  void anAnswerWithoutTheNumberIsAFault() {
    Rounds rounds = new Rounds(Map.of("a", told(1)));

    assertThatThrownBy(() -> rounds.values("a", "speed"))
        .isInstanceOf(BenchmarkException.class)
        .hasMessage("participant a told no number 'speed' but {\"rate\":1.0}");
  }

  private static List<JsonNode> told(double... rates) {
    return Arrays.stream(rates)
        .mapToObj(rate -> (JsonNode) new ObjectMapper().createObjectNode().put("rate", rate))
        .toList();
  }
}
