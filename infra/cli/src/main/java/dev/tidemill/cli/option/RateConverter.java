package dev.tidemill.cli.option;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Parses a rate per second: a positive number, optionally followed by {@code /s}. */
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
    throw new TypeConversionException("the rate must be above 0, not " + text);
  }
}
