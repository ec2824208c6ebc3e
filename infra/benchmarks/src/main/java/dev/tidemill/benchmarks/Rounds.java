package dev.tidemill.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What all participants answered, round by round. */
public final class Rounds {
  private final Map<String, List<JsonNode>> answers;

  /**
   * Answers by the participants' names, as many of each.
   *
   * @throws IllegalArgumentException if one has more rounds than another
   */
  public Rounds(Map<String, List<JsonNode>> answers) {
    if (answers.values().stream().mapToInt(List::size).distinct().count() > 1) {
      throw new IllegalArgumentException("participants with different numbers of rounds");
    }
    this.answers = answers;
  }

  /** A participant's figure; empty if it did not take part. */
  public Optional<Figure> figure(String participant, String key, String unit) {
    return took(participant)
        ? Optional.of(Figure.of(values(participant, key), unit))
        : Optional.empty();
  }

  /**
   * One participant's figure divided by another's, made for each round of both and then the median
   * taken; empty if one of them did not take part.
   */
  public Optional<Figure> ratio(String above, String below, String key) {
    if (!took(above) || !took(below)) {
      return Optional.empty();
    }
    double[] ratios = values(above, key);
    double[] divisors = values(below, key);
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = Figure.quotient(ratios[i], divisors[i], below);
    }
    return Optional.of(Figure.of(ratios, "×"));
  }

  /**
   * A participant's answers under a key, by round.
   *
   * @throws BenchmarkException if an answer lacks it
   */
  public double[] values(String participant, String key) {
    List<JsonNode> rounds = answers.getOrDefault(participant, List.of());
    return rounds.stream()
        .mapToDouble(
            answer -> {
              JsonNode value = answer.path(key);
              if (!value.isNumber()) {
                throw new BenchmarkException(
                    "participant " + participant + " told no number '" + key + "' but " + answer);
              }
              return value.asDouble();
            })
        .toArray();
  }

  private boolean took(String participant) {
    return answers.containsKey(participant);
  }
}
