package dev.tidemill.benchmarks.serving;

import dev.tidemill.benchmarks.Figure;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** Results of rounds, by what was measured. */
final class Results {
  private final Map<String, List<LoadResult>> byKey = new HashMap<>();

  void add(String key, LoadResult result) {
    byKey.computeIfAbsent(key, unused -> new ArrayList<>()).add(result);
  }

  /** Empty where nothing was measured under the key. */
  Optional<Figure> figure(String key, ToDoubleFunction<LoadResult> of, String unit) {
    List<LoadResult> results = byKey.getOrDefault(key, List.of());
    return results.isEmpty()
        ? Optional.empty()
        : Optional.of(Figure.of(results.stream().mapToDouble(of).toArray(), unit));
  }

  /** Round by round; empty where one of the two was not measured. */
  Optional<Figure> ratio(String above, String below, ToDoubleFunction<LoadResult> of) {
    List<LoadResult> a = byKey.getOrDefault(above, List.of());
    List<LoadResult> b = byKey.getOrDefault(below, List.of());
    if (a.isEmpty() || b.isEmpty()) {
      return Optional.empty();
    }
    double[] ratios = new double[Math.min(a.size(), b.size())];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = Figure.quotient(of.applyAsDouble(a.get(i)), of.applyAsDouble(b.get(i)), below);
    }
    return Optional.of(Figure.of(ratios, "×"));
  }
}
