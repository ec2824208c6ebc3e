package dev.tidemill.cli.log;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/** Formats a line of a log as a JSON object. */
final class JsonLine {
  private static final ObjectMapper JSON = new ObjectMapper();

  private JsonLine() {}

  /**
   * Returns the line without a newline; an error is its stack trace.
   *
   * @param now written in UTC, to the millisecond
   */
  static String of(
      Instant now, Level level, String logger, String message, @Nullable Throwable error) {
    Map<String, String> line = new LinkedHashMap<>();
    line.put("time", now.truncatedTo(ChronoUnit.MILLIS).toString());
    line.put("level", level.name());
    line.put("logger", logger);
    line.put("thread", Thread.currentThread().getName());
    line.put("message", message);
    if (error != null) {
      StringWriter trace = new StringWriter();
      error.printStackTrace(new PrintWriter(trace));
      line.put("error", trace.toString());
    }
    try {
      return JSON.writeValueAsString(line);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
