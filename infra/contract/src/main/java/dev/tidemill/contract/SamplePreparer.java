package dev.tidemill.contract;

import dev.tidemill.schemas.Feature;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Prepares raw values as a contract says: the one place that does, for training and for serving.
 * Any thread; allocates nothing per sample.
 */
public final class SamplePreparer {
  private final Contract contract;
  private final FeatureEncoder[] encoders;
  private final Map<String, Integer> numbers = new HashMap<>();
  private final int width;

  /**
   * @throws IllegalArgumentException if the contract's samples are not vectors of named values
   */
  public SamplePreparer(Contract contract) {
    if (!contract.isTable()) {
      throw new IllegalArgumentException(
          contract + " has samples of shape " + contract.shape() + ", not named values");
    }
    this.contract = contract;
    List<Feature> features = contract.features();
    this.encoders = new FeatureEncoder[features.size()];
    for (int i = 0; i < encoders.length; i++) {
      encoders[i] = FeatureEncoder.of(features.get(i));
      numbers.put(features.get(i).getName(), i);
    }
    this.width = contract.width();
  }

  /** Elements of one sample. */
  public int width() {
    return width;
  }

  /** Bytes of one sample. */
  public int bytes() {
    return width * Float.BYTES;
  }

  /** Returns a feature's number, or -1 if the contract has no such feature. */
  public int number(String name) {
    return numbers.getOrDefault(name, -1);
  }

  /**
   * Prepares one sample.
   *
   * @param into receives {@link #width} floats at its position, in its byte order
   * @return false if the sample is to be left out because a value is missing; {@code into} then
   *     holds a part of it
   * @throws UnusableValueException if the contract does not accept a value
   */
  public boolean prepare(RawSample raw, ByteBuffer into) {
    for (int i = 0; i < encoders.length; i++) {
      Object value = raw.value(i);
      if (value instanceof CharSequence text && text.isEmpty()) {
        value = null;
      }
      if (!encoders[i].encode(value, into)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Prepares named values. A name that the contract does not have is an error, because the caller
   * means something by it.
   *
   * @param named a Number, a CharSequence, a Boolean or null by feature name
   * @return as {@link #prepare(RawSample, ByteBuffer)}
   * @throws UnusableValueException if a value is not accepted, or a name is unknown
   */
  public boolean prepare(Map<String, ? extends @Nullable Object> named, ByteBuffer into) {
    int found = 0;
    for (int i = 0; i < encoders.length; i++) {
      String name = contract.features().get(i).getName();
      Object value = named.get(name);
      found += value != null || named.containsKey(name) ? 1 : 0;
      if (value instanceof CharSequence text && text.isEmpty()) {
        value = null;
      }
      if (!encoders[i].encode(value, into)) {
        return false;
      }
    }
    if (found < named.size()) {
      throw unknown(named.keySet());
    }
    return true;
  }

  private UnusableValueException unknown(Set<String> given) {
    String name = given.stream().filter(each -> !numbers.containsKey(each)).findFirst().orElse("");
    return new UnusableValueException(
        name, name, "not a feature of " + contract + ", whose features are " + contract.names());
  }
}
