package dev.tidemill.runtime;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;

/** The keys that the components of a program define. */
final class KnownKeys {
  /** Keys with these prefixes go to the Kafka clients unchanged. */
  private static final List<String> PASSED_THROUGH =
      List.of("kafka.", "producer.", "consumer.", "admin.");

  private final Map<String, ConfigKey> keys = new LinkedHashMap<>();

  KnownKeys(List<ConfigDef> definitions) {
    for (ConfigDef definition : definitions) {
      definition.configKeys().forEach(this::add);
    }
  }

  private void add(String name, ConfigKey key) {
    ConfigKey other = keys.putIfAbsent(name, key);
    if (other != null
        && (other.type != key.type || !Objects.equals(other.defaultValue, key.defaultValue))) {
      throw new IllegalArgumentException(
          "two components define the setting " + name + " differently");
    }
  }

  boolean contains(String name) {
    return keys.containsKey(name);
  }

  /** Returns whether an undefined key belongs to the Kafka clients. */
  boolean passesThrough(String name) {
    return PASSED_THROUGH.stream().anyMatch(p -> name.startsWith(p) && name.length() > p.length());
  }

  ConfigDef definition() {
    ConfigDef all = new ConfigDef();
    keys.values().forEach(all::define);
    return all;
  }

  String unknown(String name) {
    return "unknown setting "
        + name
        + nearest(name).map(known -> "; did you mean " + known + "?").orElse("");
  }

  private Optional<String> nearest(String name) {
    int tolerated = Math.max(2, name.length() / 3);
    return keys.values().stream()
        .filter(key -> !key.internalConfig)
        .map(key -> key.name)
        .filter(known -> editDistance(name, known) <= tolerated)
        .min(Comparator.comparingInt(known -> editDistance(name, known)));
  }

  /**
   * Returns the Levenshtein distance: the insertions, deletions and replacements between two words.
   */
  static int editDistance(String a, String b) {
    int[] previous = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] current = new int[b.length() + 1];
      current[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        current[j] = Math.min(replaced, Math.min(previous[j], current[j - 1]) + 1);
      }
      previous = current;
    }
    return previous[b.length()];
  }
}
