package dev.tidemill.producer.source;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The raw values of one row.
 *
 * @param unit what a value is called in messages: column or feature
 * @param names shared by the rows of a table
 * @param cells a Number, a String, a Boolean or null per name
 */
public record NamedValues(String unit, List<String> names, List<@Nullable Object> cells) {
  /** A value of a table with a header, where each row has each column. */
  public static final String COLUMN = "column";

  /** A value of an object, which may lack it. */
  public static final String FEATURE = "feature";

  /** Whether each row has the same names, so that one that is absent is an error. */
  boolean isTable() {
    return unit.equals(COLUMN);
  }

  /** Returns a value; null if it is missing or absent. */
  public @Nullable Object value(String name) {
    int at = names.indexOf(name);
    return at < 0 ? null : cells.get(at);
  }

  /** Returns the values by name, in order; empty texts are missing values. */
  public Map<String, @Nullable Object> toMap() {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    for (int i = 0; i < names.size(); i++) {
      Object cell = cells.get(i);
      map.put(names.get(i), cell instanceof String text && text.isBlank() ? null : cell);
    }
    return map;
  }
}
