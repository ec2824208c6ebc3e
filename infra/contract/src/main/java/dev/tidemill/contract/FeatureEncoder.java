package dev.tidemill.contract;

import dev.tidemill.schemas.CategoryEncoding;
import dev.tidemill.schemas.Feature;
import dev.tidemill.schemas.FeatureKind;
import dev.tidemill.schemas.MissingValues;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Turns raw values of one scalar feature into elements. Any thread. */
abstract sealed class FeatureEncoder {
  private final String name;
  private final MissingValues missing;
  private final boolean indicator;

  private FeatureEncoder(Feature feature) {
    this.name = feature.getName();
    this.missing = feature.getMissing();
    this.indicator = feature.getIndicator();
  }

  static FeatureEncoder of(Feature feature) {
    return feature.getKind() == FeatureKind.CATEGORY
        ? new Category(feature)
        : new RealNumber(feature);
  }

  /**
   * Writes the elements of one value.
   *
   * @return false if the sample is to be left out
   */
  final boolean encode(@Nullable Object raw, ByteBuffer into) {
    if (raw != null) {
      put(raw, into);
    } else if (missing == MissingValues.FILL) {
      putFill(into);
    } else if (missing == MissingValues.DROP) {
      return false;
    } else {
      throw UnusableValueException.missing(name);
    }
    if (indicator) {
      into.putFloat(raw == null ? 1 : 0);
    }
    return true;
  }

  /** Writes the elements of a number as {@link #encode} does, without boxing it. */
  final void encodeNumber(double number, ByteBuffer into) {
    putNumber(number, into);
    if (indicator) {
      into.putFloat(0);
    }
  }

  abstract void put(Object raw, ByteBuffer into);

  abstract void putNumber(double number, ByteBuffer into);

  abstract void putFill(ByteBuffer into);

  final UnusableValueException unusable(Object raw, String fault) {
    return new UnusableValueException(name, raw, fault);
  }

  /** A number, standardized as the contract says. */
  private static final class RealNumber extends FeatureEncoder {
    private final double mean;
    private final double deviation;
    private final double minimum;
    private final double maximum;
    private final float fill;

    RealNumber(Feature feature) {
      super(feature);
      this.mean = feature.getMean();
      this.deviation = feature.getDeviation();
      this.minimum = feature.getMinimum() == null ? Double.NEGATIVE_INFINITY : feature.getMinimum();
      this.maximum = feature.getMaximum() == null ? Double.POSITIVE_INFINITY : feature.getMaximum();
      String given = feature.getFill();
      this.fill = given == null ? 0 : (float) ((NumberText.parse(given) - mean) / deviation);
    }

    @Override
    void put(Object raw, ByteBuffer into) {
      double value = number(raw);
      float element = element(value);
      if (Float.isNaN(element)) {
        throw unusable(raw, fault(value));
      }
      into.putFloat(element);
    }

    @Override
    void putNumber(double number, ByteBuffer into) {
      double value = finite(number);
      float element = element(value);
      if (Float.isNaN(element)) {
        throw unusable(number, fault(value));
      }
      into.putFloat(element);
    }

    /** Returns the element of a value; NaN if the value is not accepted. */
    private float element(double value) {
      if (value < minimum || value > maximum) {
        return Float.NaN;
      }
      float element = (float) ((value - mean) / deviation);
      return Float.isFinite(element) ? element : Float.NaN;
    }

    /** Returns why a value is not accepted. */
    private String fault(double value) {
      if (Double.isNaN(value)) {
        return "not a finite number";
      }
      return value < minimum || value > maximum
          ? "not from " + minimum + " to " + maximum
          : "not finite after standardization";
    }

    /** Returns a number that is finite as a 32-bit float; otherwise NaN. */
    private static double finite(double number) {
      return Float.isFinite((float) number) ? number : Double.NaN;
    }

    private static double number(Object raw) {
      if (raw instanceof Number number) {
        return finite(number.doubleValue());
      }
      if (raw instanceof Boolean bool) {
        return bool ? 1 : 0;
      }
      String text = raw.toString();
      double value = NumberText.parse(text);
      if (Double.isNaN(value) && NumberText.isLogical(text.strip())) {
        return text.strip().equalsIgnoreCase("true") ? 1 : 0;
      }
      return value;
    }

    @Override
    void putFill(ByteBuffer into) {
      into.putFloat(fill);
    }
  }

  /** One of the contract's categories. */
  private static final class Category extends FeatureEncoder {
    private final Map<String, Integer> numbers = new HashMap<>();
    private final boolean oneHot;
    private final int fill;

    Category(Feature feature) {
      super(feature);
      feature.getCategories().forEach(text -> numbers.put(text, numbers.size()));
      this.oneHot = feature.getEncoding() == CategoryEncoding.ONE_HOT;
      String given = feature.getFill();
      this.fill = given == null ? -1 : numbers.getOrDefault(given, -1);
    }

    @Override
    void put(Object raw, ByteBuffer into) {
      String text = raw instanceof Number number ? NumberText.text(number) : raw.toString().strip();
      Integer number = numbers.get(text);
      if (number == null) {
        throw unusable(text, "not a category; the categories are " + numbers.keySet());
      }
      putElements(number, into);
    }

    @Override
    void putNumber(double number, ByteBuffer into) {
      put(number, into);
    }

    @Override
    void putFill(ByteBuffer into) {
      putElements(fill, into);
    }

    private void putElements(int number, ByteBuffer into) {
      if (!oneHot) {
        into.putFloat(number);
        return;
      }
      for (int i = 0; i < numbers.size(); i++) {
        into.putFloat(i == number ? 1 : 0);
      }
    }
  }
}
