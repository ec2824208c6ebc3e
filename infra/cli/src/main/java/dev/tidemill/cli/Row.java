package dev.tidemill.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One result: named values in their order, printed as a line of JSON or of a table. */
public final class Row {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Map<String, @Nullable Object> values = new LinkedHashMap<>();

  /** Adds a value: a string, a number, a boolean, null, or lists and maps of those. */
  public Row with(String name, @Nullable Object value) {
    values.put(name, value);
    return this;
  }

  /** The values by their names, in their order. */
  public Map<String, @Nullable Object> values() {
    return values;
  }

  /** One line, without its end. NaN and infinities, which JSON lacks, become null. */
  public String toJson() {
    Map<String, @Nullable Object> finite = new LinkedHashMap<>();
    values.forEach((name, value) -> finite.put(name, isFinite(value) ? value : null));
    try {
      return JSON.writeValueAsString(finite);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("cannot be written as JSON: " + values, e);
    }
  }

  private static boolean isFinite(@Nullable Object value) {
    return !(value instanceof Double number) || Double.isFinite(number);
  }
}
