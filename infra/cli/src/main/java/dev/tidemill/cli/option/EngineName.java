package dev.tidemill.cli.option;

import dev.tidemill.engine.Engines;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The name of an engine that is on the class path. */
final class EngineName implements ITypeConverter<String> {
  @Override
  public String convert(String name) {
    try {
      return Engines.named(name).name();
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(String.valueOf(e.getMessage()));
    }
  }
}
