package dev.tidemill.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;

/** The exit status of a command and its output lines. */
record Outcome(int status, List<String> out, List<String> error) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Asserts that the command ended with status 0. */
  Outcome done() {
    assertThat(status).as("%s", error).isZero();
    return this;
  }

  /** Parses standard output, one JSON object per line. */
  List<JsonNode> rows() {
    return out.stream().map(Outcome::parse).toList();
  }

  /** Parses the last line of standard error as a JSON object. */
  JsonNode summary() {
    return parse(error.get(error.size() - 1));
  }

  /** Returns the value of a key that a map must contain. */
  static <K, V> V of(Map<K, V> map, K key) {
    V value = map.get(key);
    if (value == null) {
      throw new AssertionError("no " + key + " among " + map.keySet());
    }
    return value;
  }

  static JsonNode parse(String line) {
    try {
      return JSON.readTree(line);
    } catch (JsonProcessingException e) {
      throw new AssertionError("not JSON: " + line, e);
    }
  }
}
