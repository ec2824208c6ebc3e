package dev.tidemill.benchmarks.serving;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidemill.benchmarks.BenchmarkException;
import java.util.Map;
import java.util.TreeMap;

/** What {@code answerer.py} tells of itself when it is ready. */
final class AnswererVersions {
  private AnswererVersions() {}

  /** The versions in its object of JSON, by name. */
  static Map<String, String> read(String json) {
    try {
      Map<String, String> versions = new TreeMap<>();
      new ObjectMapper()
          .readTree(json)
          .path("versions")
          .properties()
          .forEach(version -> versions.put(version.getKey(), version.getValue().asText()));
      return versions;
    } catch (JsonProcessingException e) {
      throw new BenchmarkException("the Python loop told no JSON of itself: " + json, e);
    }
  }
}
