package dev.tidemill.benchmarks;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Versions in one line, by name. */
final class Versions {
  private Versions() {}

  static String text(Map<String, String> versions) {
    return new TreeMap<>(versions)
        .entrySet().stream()
            .map(version -> version.getKey() + " " + version.getValue())
            .collect(Collectors.joining(", "));
  }
}
