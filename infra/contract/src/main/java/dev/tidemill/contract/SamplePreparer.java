package dev.tidemill.contract;

import dev.tidemill.schemas.Feature;
import dev.tidemill.schemas.wire.NameIndex;
import dev.tidemill.schemas.wire.NamedValues;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Prepares raw values as a contract says: the one place that does, for training and for serving.
 * Any thread; allocates hardly anything per sample.
 */
public final class SamplePreparer {
  private final Contract contract;
  private final FeatureEncoder[] encoders;
  private final List<String> names;
  private final Map<String, Integer> numbers = new HashMap<>();
  private final NameIndex index;
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
    this.names = contract.names();
    this.index = new NameIndex(names);
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
      if (!encoders[i].encode(presentOrNull(raw.value(i)), into)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Prepares named values. A name that the contract does not have is an error, because the caller
   * means something by it.
   *
   * @param named a Number, a CharSequence, a Boolean or null by feature name; {@link NamedValues}
   *     are read without boxing numbers or decoding names
   * @return as {@link #prepare(RawSample, ByteBuffer)}
   * @throws UnusableValueException if a value is not accepted, or a name is unknown
   */
  public boolean prepare(Map<String, ? extends @Nullable Object> named, ByteBuffer into) {
    if (named instanceof NamedValues values) {
      return prepare(values, into);
    }
    boolean isComplete = prepare(feature -> named.get(names.get(feature)), into);
    if (isComplete) {
      for (String name : named.keySet()) {
        if (number(name) < 0) {
          throw unknown(name);
        }
      }
    }
    return isComplete;
  }

  private boolean prepare(NamedValues named, ByteBuffer into) {
    // Each feature's last entry plus 1; 0 if it has none.
    int[] ends = new int[encoders.length];
    int unknown = -1;
    int number = -1;
    for (int entry = 0; entry < named.entries(); entry++) {
      // Most callers send the features in the contract's order.
      number = named.find(entry, index, number + 1);
      if (number >= 0) {
        ends[number] = entry + 1;
      } else if (unknown < 0) {
        unknown = entry;
      }
    }
    for (int i = 0; i < encoders.length; i++) {
      if (!encode(named, ends[i] - 1, encoders[i], into)) {
        return false;
      }
    }
    if (unknown >= 0) {
      throw unknown(named.name(unknown));
    }
    return true;
  }

  private static boolean encode(
      NamedValues named, int entry, FeatureEncoder encoder, ByteBuffer into) {
    if (entry >= 0 && named.isNumber(entry)) {
      encoder.encodeNumber(named.number(entry), into);
      return true;
    }
    return encoder.encode(entry < 0 ? null : presentOrNull(named.value(entry)), into);
  }

  /** An empty text is a missing value. */
  private static @Nullable Object presentOrNull(@Nullable Object value) {
    return value instanceof CharSequence text && text.isEmpty() ? null : value;
  }

  private UnusableValueException unknown(String name) {
    return new UnusableValueException(
        name, name, "not a feature of " + contract + ", whose features are " + names);
  }
}
