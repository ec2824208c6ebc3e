package dev.tidemill.cli.output;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One result: named values in order, printed as a line of JSON or a table row. */
public final class ResultRow {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Map<String, @Nullable Object> values = new LinkedHashMap<>();

  /** Adds a value: a string, a number, a boolean, null, or lists and maps of those. */
  public ResultRow with(String name, @Nullable Object value) {
    values.put(name, value);
    return this;
  }

  /** The values by name, in order. */
  public Map<String, @Nullable Object> values() {
    return values;
  }

  /** Formats one line of JSON without a newline. NaN and infinities become null. */
  public String toJson() {
    try {
      return JSON.writeValueAsString(finite(values));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("cannot be written as JSON: " + values, e);
    }
  }

  private static @Nullable Object finite(@Nullable Object value) {
    if (value instanceof Map<?, ?> map) {
      Map<Object, @Nullable Object> finite = new LinkedHashMap<>();
      map.forEach((name, inner) -> finite.put(name, finite(inner)));
      return finite;
    }
    if (value instanceof Collection<?> items) {
      return items.stream().map(ResultRow::finite).collect(Collectors.toCollection(ArrayList::new));
    }
    return value instanceof Double || value instanceof Float ? finite((Number) value) : value;
  }

  private static @Nullable Number finite(Number number) {
    return Double.isFinite(number.doubleValue()) ? number : null;
  }
}
