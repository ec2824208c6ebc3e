package dev.tidemill.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;

/** All benchmarks, in the order of {@code META-INF/services}. */
final class Suite {
  private final List<Benchmark> benchmarks;

  Suite(List<Benchmark> benchmarks) {
    this.benchmarks = List.copyOf(benchmarks);
  }

  static Suite load() {
    return new Suite(
        ServiceLoader.load(Benchmark.class).stream().map(ServiceLoader.Provider::get).toList());
  }

  List<Benchmark> all() {
    return benchmarks;
  }

  /**
   * Those of some names, in the order of the names; {@code all} stands for all.
   *
   * @throws IllegalArgumentException naming the unknown ones, and those that there are
   */
  List<Benchmark> named(List<String> names) {
    List<Benchmark> chosen = new ArrayList<>();
    List<String> unknown = new ArrayList<>();
    for (String name : names) {
      List<Benchmark> found =
          benchmarks.stream().filter(b -> name.equals("all") || b.name().equals(name)).toList();
      found.stream().filter(b -> !chosen.contains(b)).forEach(chosen::add);
      if (found.isEmpty()) {
        unknown.add(name);
      }
    }
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          "no benchmark "
              + String.join(", ", unknown)
              + "; there are "
              + String.join(", ", benchmarks.stream().map(Benchmark::name).toList()));
    }
    return chosen;
  }
}
