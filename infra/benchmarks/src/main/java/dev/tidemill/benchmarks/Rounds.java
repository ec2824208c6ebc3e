package dev.tidemill.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Results of all participants, round by round. */
public final class Rounds {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Map<String, List<JsonNode>> results = new HashMap<>();

  /** Adds a participant's next round: JSON, or a value with the figures as its fields. */
  public void add(String participant, Object result) {
    results.computeIfAbsent(participant, name -> new ArrayList<>()).add(JSON.valueToTree(result));
  }

  /** A participant's figure; empty if it did not take part. */
  public Optional<Figure> figure(String participant, String key, String unit) {
    return results.containsKey(participant)
        ? Optional.of(Figure.of(values(participant, key), unit))
        : Optional.empty();
  }

  /** Several figures of a participant; each is empty if it did not take part. */
  public List<Optional<Figure>> figures(String participant, String unit, String... keys) {
    return Stream.of(keys).map(key -> figure(participant, key, unit)).toList();
  }

  /**
   * One participant's figure divided by another's in each round, and then the median; empty if one
   * of them did not take part.
   *
   * @throws IllegalArgumentException if one has more rounds than the other
   */
  public Optional<Figure> ratio(String dividend, String divisor, String key) {
    double[] ratios = values(dividend, key);
    double[] divisors = values(divisor, key);
    if (ratios.length == 0 || divisors.length == 0) {
      return Optional.empty();
    }
    if (ratios.length != divisors.length) {
      throw new IllegalArgumentException(
          "%s has %d rounds, %s has %d"
              .formatted(dividend, ratios.length, divisor, divisors.length));
    }
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = Figure.quotient(ratios[i], divisors[i], divisor);
    }
    return Optional.of(Figure.of(ratios, "×"));
  }

  /**
   * A participant's results under a key, by round; none if it did not take part.
   *
   * @throws BenchmarkException if a result lacks the key
   */
  public double[] values(String participant, String key) {
    return results.getOrDefault(participant, List.of()).stream()
        .mapToDouble(result -> value(participant, result, key))
        .toArray();
  }

  private static double value(String participant, JsonNode result, String key) {
    JsonNode value = result.path(key);
    if (!value.isNumber()) {
      throw new BenchmarkException(
          "participant %s returned no number '%s': %s".formatted(participant, key, result));
    }
    return value.asDouble();
  }
}
