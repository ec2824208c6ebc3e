package dev.tidemill.producer.source;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.stream.Collectors;

/** The source formats on the class path. */
public final class SourceFormats {
  private static final List<SourceFormat> FOUND = find();

  private SourceFormats() {}

  private static List<SourceFormat> find() {
    List<SourceFormat> found = new ArrayList<>();
    for (SourceFormat format :
        ServiceLoader.load(SourceFormat.class, SourceFormats.class.getClassLoader())) {
      for (SourceFormat other : found) {
        if (other.name().equals(format.name())) {
          throw new ServiceConfigurationError(
              "two source formats are named "
                  + format.name()
                  + ": "
                  + other.getClass().getName()
                  + " and "
                  + format.getClass().getName());
        }
      }
      found.add(format);
    }
    return List.copyOf(found);
  }

  /** All formats, in the order in which they are registered. */
  public static List<SourceFormat> all() {
    return FOUND;
  }

  /** Returns a format by name. */
  public static Optional<SourceFormat> named(String name) {
    return FOUND.stream().filter(format -> format.name().equals(name)).findFirst();
  }

  /** The forms of all sources, for help texts and messages. */
  public static String forms() {
    return FOUND.stream()
        .flatMap(format -> format.forms().stream())
        .collect(Collectors.joining(", "));
  }

  /** The formats that take an option, for help texts and messages. */
  public static String taking(SourceOption option) {
    return FOUND.stream()
        .filter(format -> format.options().contains(option))
        .map(format -> format.forms().get(0).split("\\[", 2)[0])
        .collect(Collectors.joining(", "));
  }
}
