package dev.tidemill.runtime;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.common.config.types.Password;
import org.jspecify.annotations.Nullable;

/**
 * Checked, immutable settings of one process.
 *
 * <p>Reading a key that no definition contains, or with another type than the defined one, is a bug
 * and throws {@link IllegalArgumentException}.
 */
public final class Settings {
  private final Map<String, String> given;
  private final Map<String, @Nullable Object> values;

  private Settings(Map<String, String> given, Map<String, @Nullable Object> values) {
    this.given = given;
    this.values = values;
  }

  /**
   * Checks the given settings against the definitions of all components of a process.
   *
   * @throws InvalidSettingsException with every fault: wrong types, values out of range, missing
   *     required keys and unknown keys
   * @throws IllegalArgumentException if two definitions contradict each other
   */
  public static Settings check(Map<String, String> given, List<ConfigDef> definitions) {
    KnownKeys known = new KnownKeys(definitions);
    List<String> faults = new ArrayList<>();
    Map<String, String> defined = new HashMap<>();
    new TreeMap<>(given)
        .forEach(
            (name, value) -> {
              if (known.contains(name)) {
                defined.put(name, value);
              } else if (!known.passesThrough(name)) {
                faults.add(known.unknown(name));
              }
            });
    Map<String, @Nullable Object> values = new HashMap<>();
    for (ConfigValue checked : known.definition().validate(defined)) {
      // ConfigDef reports a value of the wrong type again as null, so the first message is enough.
      checked.errorMessages().stream().findFirst().ifPresent(faults::add);
      values.put(checked.name(), checked.value());
    }
    if (!faults.isEmpty()) {
      throw new InvalidSettingsException(faults);
    }
    return new Settings(Map.copyOf(given), values);
  }

  /** Returns whether the key has a value, explicit or by default. */
  public boolean isSet(String name) {
    return values.get(name) != null;
  }

  public String getString(String name) {
    return get(name, String.class);
  }

  public int getInt(String name) {
    return get(name, Integer.class);
  }

  public long getLong(String name) {
    return get(name, Long.class);
  }

  public double getDouble(String name) {
    return get(name, Double.class);
  }

  public boolean getBoolean(String name) {
    return get(name, Boolean.class);
  }

  /** Returns a secret, whose {@code toString} hides it. */
  public Password getPassword(String name) {
    return get(name, Password.class);
  }

  /** Returns the value of a LONG key in milliseconds. */
  public Duration getDuration(String name) {
    return Duration.ofMillis(getLong(name));
  }

  /**
   * Returns the explicit settings with a prefix, unparsed and without that prefix; unmodifiable.
   */
  public Map<String, String> withPrefix(String prefix) {
    Map<String, String> found = new TreeMap<>();
    given.forEach(
        (name, value) -> {
          if (name.startsWith(prefix)) {
            found.put(name.substring(prefix.length()), value);
          }
        });
    return Map.copyOf(found);
  }

  private <T> T get(String name, Class<T> type) {
    Object value = values.get(name);
    if (!type.isInstance(value)) {
      throw new IllegalArgumentException(
          "the setting " + name + " is " + value + ", not a " + type.getSimpleName());
    }
    return type.cast(value);
  }
}
