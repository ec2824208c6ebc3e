package dev.tidemill.engine;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the keys of one mapping of a spec. On a fault it records the fault and returns a default,
 * so that reading continues to the next fault. {@link #isValid} says whether the values are valid.
 */
final class SpecFields {
  private static final int MAX_UNKNOWN = 20;

  private final String where;
  private final Map<?, ?> map;
  private final List<String> faults;
  private final Set<String> known = new LinkedHashSet<>();
  private boolean valid = true;

  private SpecFields(String where, Map<?, ?> map, List<String> faults) {
    this.where = where;
    this.map = map;
    this.faults = faults;
  }

  /** Returns the fields of a node. Records a fault if the node is not a mapping. */
  static SpecFields of(String where, @Nullable Object node, List<String> faults) {
    if (node instanceof Map<?, ?> map) {
      return new SpecFields(where, map, faults);
    }
    SpecFields none = new SpecFields(where, Map.of(), faults);
    none.fault("must be a mapping, e.g. {key: value}, got " + show(node));
    return none;
  }

  /** Whether there is no fault so far. */
  boolean isValid() {
    return valid;
  }

  void fault(String text) {
    valid = false;
    faults.add(where + ": " + text);
  }

  boolean has(String key) {
    known.add(key);
    return map.containsKey(key);
  }

  @Nullable Object node(String key) {
    known.add(key);
    return map.get(key);
  }

  /** Returns the fields of a required top-level section; null, with a fault, if it is missing. */
  @Nullable SpecFields section(String key) {
    if (has(key)) {
      return of(key, map.get(key), faults);
    }
    fault(key + " is missing");
    return null;
  }

  /** Reads one of some known words; null, with a fault, if it is missing or unknown. */
  @Nullable String word(String key, List<String> words) {
    Object value = node(key);
    if (value == null) {
      fault(key + " is missing; known: " + String.join(", ", words));
    } else if (!(value instanceof String word)) {
      fault(key + " must be one of " + String.join(", ", words) + ", got " + show(value));
    } else if (!words.contains(word)) {
      fault("unknown " + key + " " + show(value) + KeySuggestion.hint(word, words));
    } else {
      return word;
    }
    return null;
  }

  String word(String key, List<String> words, String fallback) {
    if (!has(key)) {
      return fallback;
    }
    String word = word(key, words);
    return word == null ? fallback : word;
  }

  /** Reads a name of up to 100 characters that matches a pattern. */
  String name(String key, String pattern, String needs, String fallback) {
    Object value = node(key);
    if (value instanceof String text && text.length() <= 100 && text.matches(pattern)) {
      return text;
    }
    fault(key + " must be " + needs + ", got " + show(value));
    return fallback;
  }

  int integer(String key, int min) {
    if (!has(key)) {
      fault(key + " is missing; it must be an integer of at least " + min);
      return min;
    }
    return integer(key, min, min);
  }

  int integer(String key, int min, int fallback) {
    return (int) integer(key, min, Integer.MAX_VALUE, fallback);
  }

  long integer(String key, long min, long max, long fallback) {
    if (!has(key)) {
      return fallback;
    }
    Object value = map.get(key);
    if (value instanceof Number number && isInteger(value, min, max)) {
      return number.longValue();
    }
    String bound = min == Long.MIN_VALUE ? "of 64 bits" : "of at least " + min;
    fault(key + " must be an integer " + bound + ", got " + show(value));
    return fallback;
  }

  double number(String key, Range range, double fallback) {
    if (!has(key)) {
      return fallback;
    }
    Object value = map.get(key);
    if (value instanceof Number number && range.contains(number.doubleValue())) {
      return number.doubleValue();
    }
    fault(key + " must be " + range.text() + ", got " + show(value));
    return fallback;
  }

  boolean bool(String key, boolean fallback) {
    if (!has(key)) {
      return fallback;
    }
    Object value = map.get(key);
    if (value instanceof Boolean bool) {
      return bool;
    }
    fault(key + " must be true or false, got " + show(value));
    return fallback;
  }

  Size2d size(String key, int min, @Nullable Size2d fallback) {
    if (!has(key) && fallback != null) {
      return fallback;
    }
    Object value = map.get(key);
    if (value instanceof Number number && isInteger(value, min, Integer.MAX_VALUE)) {
      return Size2d.of(number.intValue());
    }
    if (value instanceof List<?> pair
        && pair.size() == 2
        && pair.stream().allMatch(each -> isInteger(each, min, Integer.MAX_VALUE))) {
      return new Size2d(((Number) pair.get(0)).intValue(), ((Number) pair.get(1)).intValue());
    }
    String needs = "an integer of at least " + min + ", or [height, width]";
    fault(
        map.containsKey(key)
            ? key + " must be " + needs + ", got " + show(value)
            : key + " is missing; it must be " + needs);
    return fallback == null ? Size2d.of(Math.max(1, min)) : fallback;
  }

  /** Records a fault for each unknown key. Call it after reading all known keys. */
  void rejectUnknownKeys() {
    List<String> unknown =
        map.keySet().stream().map(String::valueOf).filter(key -> !known.contains(key)).toList();
    for (String key : unknown.subList(0, Math.min(MAX_UNKNOWN, unknown.size()))) {
      fault("unknown key " + show(key) + KeySuggestion.hint(key, known));
    }
    if (unknown.size() > MAX_UNKNOWN) {
      fault("and " + (unknown.size() - MAX_UNKNOWN) + " more unknown keys");
    }
  }

  static boolean isInteger(@Nullable Object value, long min, long max) {
    return (value instanceof Integer || value instanceof Long)
        && ((Number) value).longValue() >= min
        && ((Number) value).longValue() <= max;
  }

  /** Formats a value for a message: text in quotes, shortened, without control characters. */
  static String show(@Nullable Object value) {
    if (value == null) {
      return "nothing";
    }
    String text = value instanceof String ? "'" + value + "'" : value.toString();
    String bounded = text.length() <= 80 ? text : text.substring(0, 77) + "...";
    return bounded.replaceAll("\\p{Cntrl}", "?");
  }
}
