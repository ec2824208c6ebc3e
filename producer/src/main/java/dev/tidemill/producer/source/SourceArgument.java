package dev.tidemill.producer.source;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What follows the colon of a source.
 *
 * @param source the whole source, for messages
 * @param text the part after the first colon; null if there is no colon
 */
public record SourceArgument(String source, @Nullable String text) {

  static SourceArgument of(String source) {
    int colon = source.indexOf(':');
    return new SourceArgument(source, colon < 0 ? null : source.substring(colon + 1));
  }

  boolean isStandardInput() {
    return "-".equals(text);
  }

  /**
   * Requires that there is no argument.
   *
   * @throws UnusableSourceException if there is one
   */
  public void requireNone() {
    if (text != null) {
      throw new UnusableSourceException(
          "`" + name() + "` takes no argument, but the source is `" + source + "`");
    }
  }

  /**
   * Returns the path of a file or directory.
   *
   * @param what FILE or DIR, for messages
   * @throws UnusableSourceException if there is none
   */
  public Path path(String what) {
    if (text == null || text.isBlank()) {
      throw new UnusableSourceException(
          "`" + source + "` is missing its " + what + "; the sources are " + SourceFormats.forms());
    }
    return Path.of(text);
  }

  /**
   * Returns the numbers of `NAME=N`, separated by commas.
   *
   * @param names the names that may occur, each once
   * @throws UnusableSourceException if the argument has another form
   */
  public Map<String, Long> numbers(String... names) {
    Map<String, Long> numbers = new HashMap<>();
    String all = text == null ? "" : text;
    for (String setting : all.isEmpty() ? new String[0] : all.split(",", -1)) {
      String name = setting.substring(0, Math.max(0, setting.indexOf('=')));
      if (!List.of(names).contains(name)) {
        throw new UnusableSourceException(
            name() + " takes " + String.join("=N and ", names) + "=N, not `" + setting + "`");
      }
      if (numbers.put(name, number(setting)) != null) {
        throw new UnusableSourceException("`" + source + "` sets " + name + " twice");
      }
    }
    return numbers;
  }

  private String name() {
    return source.split(":", 2)[0];
  }

  private long number(String setting) {
    String digits = setting.substring(setting.indexOf('=') + 1);
    try {
      long number = Long.parseLong(digits);
      if (number >= 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw new UnusableSourceException("`" + digits + "` in `" + source + "` is not a number", e);
    }
    throw new UnusableSourceException("`" + digits + "` in `" + source + "` is negative");
  }
}
