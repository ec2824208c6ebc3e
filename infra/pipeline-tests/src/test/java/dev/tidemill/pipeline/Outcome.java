package dev.tidemill.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;

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

  static JsonNode parse(String line) {
    try {
      return JSON.readTree(line);
    } catch (JsonProcessingException e) {
      throw new AssertionError("no JSON: " + line, e);
    }
  }
}
