package dev.tidemill.cli.option;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A number of samples a second, with or without {@code /s} behind it. */
public final class RateConverter implements ITypeConverter<Double> {
  @Override
  public Double convert(String text) {
    String number = text.endsWith("/s") ? text.substring(0, text.length() - 2) : text;
    try {
      double rate = Double.parseDouble(number);
      if (rate > 0 && Double.isFinite(rate)) {
        return rate;
      }
    } catch (NumberFormatException e) {
      throw new TypeConversionException("'" + text + "' is not a rate such as 500 or 500/s");
    }
    throw new TypeConversionException("a rate is above 0, not " + text);
  }
}
