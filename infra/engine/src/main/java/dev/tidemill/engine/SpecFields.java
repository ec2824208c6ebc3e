package dev.tidemill.engine;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the keys of one map of a spec. A fault is noted and a value that stands in is given back,
 * so that reading goes on to the next fault; {@link #sound} says whether what was read may be used.
 */
final class SpecFields {
  private static final int MOST_UNKNOWN = 20;

  private final String where;
  private final Map<?, ?> map;
  private final List<String> faults;
  private final Set<String> known = new LinkedHashSet<>();
  private boolean sound = true;

  private SpecFields(String where, Map<?, ?> map, List<String> faults) {
    this.where = where;
    this.map = map;
    this.faults = faults;
  }

  /** The fields of a node; none of them, and a fault, where the node is no map. */
  static SpecFields of(String where, @Nullable Object node, List<String> faults) {
    if (node instanceof Map<?, ?> map) {
      return new SpecFields(where, map, faults);
    }
    SpecFields none = new SpecFields(where, Map.of(), faults);
    none.fault("needs keys and values, e.g. {key: value}, got " + show(node));
    return none;
  }

  /** Whether there was no fault so far. */
  boolean sound() {
    return sound;
  }

  void fault(String text) {
    sound = false;
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

  /** The fields below a key of the whole spec; they must be there. */
  @Nullable SpecFields section(String key) {
    if (has(key)) {
      return of(key, map.get(key), faults);
    }
    fault(key + " is missing");
    return null;
  }

  /** One of some words; null, and a fault, where it is not. */
  @Nullable String word(String key, List<String> words) {
    Object value = node(key);
    if (value == null) {
      fault(key + " is missing; known: " + String.join(", ", words));
    } else if (!(value instanceof String word)) {
      fault(key + " needs one of " + String.join(", ", words) + ", got " + show(value));
    } else if (!words.contains(word)) {
      fault(key + " got " + show(value) + KeySuggestion.hint(word, words));
    } else {
      return word;
    }
    return null;
  }

  String word(String key, List<String> words, String otherwise) {
    if (!has(key)) {
      return otherwise;
    }
    String word = word(key, words);
    return word == null ? otherwise : word;
  }

  /** A name in which only the pattern's characters occur. */
  String name(String key, String pattern, String needs, String otherwise) {
    Object value = node(key);
    if (value instanceof String text && text.length() <= 100 && text.matches(pattern)) {
      return text;
    }
    fault(key + " needs " + needs + ", got " + show(value));
    return otherwise;
  }

  int whole(String key, int least) {
    if (!has(key)) {
      fault(key + " is missing; it needs a whole number of at least " + least);
      return least;
    }
    return whole(key, least, least);
  }

  int whole(String key, int least, int otherwise) {
    return (int) whole(key, least, Integer.MAX_VALUE, otherwise);
  }

  long whole(String key, long least, long most, long otherwise) {
    if (!has(key)) {
      return otherwise;
    }
    Object value = map.get(key);
    if (value instanceof Number number && isWhole(value, least, most)) {
      return number.longValue();
    }
    String bound = least == Long.MIN_VALUE ? "of 64 bits" : "of at least " + least;
    fault(key + " needs a whole number " + bound + ", got " + show(value));
    return otherwise;
  }

  double number(String key, Range range, double otherwise) {
    if (!has(key)) {
      return otherwise;
    }
    Object value = map.get(key);
    if (value instanceof Number number && range.holds(number.doubleValue())) {
      return number.doubleValue();
    }
    fault(key + " needs " + range.text() + ", got " + show(value));
    return otherwise;
  }

  boolean flag(String key, boolean otherwise) {
    if (!has(key)) {
      return otherwise;
    }
    Object value = map.get(key);
    if (value instanceof Boolean flag) {
      return flag;
    }
    fault(key + " needs true or false, got " + show(value));
    return otherwise;
  }

  Size2d size(String key, int least, @Nullable Size2d otherwise) {
    if (!has(key) && otherwise != null) {
      return otherwise;
    }
    Object value = map.get(key);
    if (value instanceof Number number && isWhole(value, least, Integer.MAX_VALUE)) {
      return Size2d.of(number.intValue());
    }
    if (value instanceof List<?> pair
        && pair.size() == 2
        && pair.stream().allMatch(each -> isWhole(each, least, Integer.MAX_VALUE))) {
      return new Size2d(((Number) pair.get(0)).intValue(), ((Number) pair.get(1)).intValue());
    }
    String needs = "a whole number of at least " + least + ", or [height, width]";
    fault(
        map.containsKey(key)
            ? key + " needs " + needs + ", got " + show(value)
            : key + " is missing; it needs " + needs);
    return otherwise == null ? Size2d.of(Math.max(1, least)) : otherwise;
  }

  /** Notes a fault for every key that was not asked for. */
  void end() {
    List<String> unknown =
        map.keySet().stream().map(String::valueOf).filter(key -> !known.contains(key)).toList();
    for (String key : unknown.subList(0, Math.min(MOST_UNKNOWN, unknown.size()))) {
      fault("unknown key " + show(key) + KeySuggestion.hint(key, known));
    }
    if (unknown.size() > MOST_UNKNOWN) {
      fault("and " + (unknown.size() - MOST_UNKNOWN) + " more unknown keys");
    }
  }

  static boolean isWhole(@Nullable Object value, long least, long most) {
    return (value instanceof Integer || value instanceof Long)
        && ((Number) value).longValue() >= least
        && ((Number) value).longValue() <= most;
  }

  /** A value as a fault shows it: bounded, text in quotes, nothing that a terminal would obey. */
  static String show(@Nullable Object value) {
    if (value == null) {
      return "nothing";
    }
    String text = value instanceof String ? "'" + value + "'" : value.toString();
    String bounded = text.length() <= 80 ? text : text.substring(0, 77) + "...";
    return bounded.replaceAll("\\p{Cntrl}", "?");
  }
}
