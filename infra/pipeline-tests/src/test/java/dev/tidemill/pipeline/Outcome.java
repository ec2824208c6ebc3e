package dev.tidemill.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;

/** How a command ended, and the lines that it wrote. */
record Outcome(int status, List<String> out, List<String> error) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Itself, if the command ended with status 0. */
  Outcome done() {
    assertThat(status).as("%s", error).isZero();
    return this;
  }

  /** Standard output, an object a line. */
  List<JsonNode> rows() {
    return out.stream().map(Outcome::parse).toList();
  }

  /** The last line on standard error, an object. */
  JsonNode summary() {
    return parse(error.get(error.size() - 1));
  }

  /** What a map holds for a key that it must have. */
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
      throw new AssertionError("no JSON: " + line, e);
    }
  }
}
