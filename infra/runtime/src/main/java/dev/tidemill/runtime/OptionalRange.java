package dev.tidemill.runtime;

import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/** Accepts an integer within two inclusive bounds, or null. */
record OptionalRange(int least, int most) implements ConfigDef.Validator {
  @Override
  public void ensureValid(String name, @Nullable Object value) {
    if (value != null && ((Integer) value < least || (Integer) value > most)) {
      throw new ConfigException(name, value, "must be " + this);
    }
  }

  @Override
  public String toString() {
    return "[" + least + ",...," + most + "]";
  }
}
