package dev.tidemill.producer.source;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The data source that {@code --data} names. */
public sealed interface SourceSpec {
  String FORMS =
      "digits[:seed=N,drift-after=N], waves[:seed=N], sentences[:seed=N], text:FILE, idx:DIR,"
          + " mnist, fashion-mnist, csv:FILE, jsonl:FILE, csv:- or jsonl:- (standard input)";

  /**
   * Synthetic images of digits.
   *
   * @param driftAfter number of samples before the style changes; {@link Long#MAX_VALUE} for never
   */
  record Digits(long seed, long driftAfter) implements SourceSpec {}

  /** Synthetic waves of four forms. */
  record Waves(long seed) implements SourceSpec {}

  /** Synthetic sentences. */
  record Sentences(long seed) implements SourceSpec {}

  /** The bytes of a file, for next-byte prediction. */
  record Text(Path file) implements SourceSpec {}

  /** A directory of IDX files. */
  record IdxFiles(Path directory) implements SourceSpec {}

  /** A data set that is downloaded once. */
  record Published(PublishedDataSet dataSet) implements SourceSpec {}

  /** A CSV file. */
  record Csv(Path file) implements SourceSpec {}

  /** A CSV table on standard input. */
  record StandardTable() implements SourceSpec {}

  /** A file with one JSON sample per line. */
  record JsonLines(Path file) implements SourceSpec {}

  /** JSON samples on standard input, one per line. */
  record StandardInput() implements SourceSpec {}

  /**
   * Parses the value of {@code --data}.
   *
   * @throws UnusableSourceException if it has none of the {@link #FORMS}, which the message names
   */
  static SourceSpec parse(String text) {
    int colon = text.indexOf(':');
    String kind = colon < 0 ? text : text.substring(0, colon);
    String rest = colon < 0 ? "" : text.substring(colon + 1);
    return switch (kind) {
      case "digits" -> {
        Map<String, Long> given = numbers(text, rest, "seed", "drift-after");
        yield new Digits(
            given.getOrDefault("seed", 1L), given.getOrDefault("drift-after", Long.MAX_VALUE));
      }
      case "waves" -> new Waves(numbers(text, rest, "seed").getOrDefault("seed", 1L));
      case "sentences" -> new Sentences(numbers(text, rest, "seed").getOrDefault("seed", 1L));
      case "text" -> new Text(path(text, rest, "FILE"));
      case "idx" -> new IdxFiles(path(text, rest, "DIR"));
      case "csv" -> rest.equals("-") ? new StandardTable() : new Csv(path(text, rest, "FILE"));
      case "jsonl" ->
          rest.equals("-") ? new StandardInput() : new JsonLines(path(text, rest, "FILE"));
      case "mnist", "fashion-mnist" -> {
        if (colon >= 0) {
          throw new UnusableSourceException(
              "`" + kind + "` takes no argument, but the source is `" + text + "`");
        }
        yield new Published(
            kind.equals("mnist") ? PublishedDataSet.MNIST : PublishedDataSet.FASHION_MNIST);
      }
      default ->
          throw new UnusableSourceException(
              "unknown data source `" + text + "`; the sources are " + FORMS);
    };
  }

  /** Whether the text names a source that is cut into windows; it need not be valid otherwise. */
  static boolean hasWindows(String text) {
    return List.of("text", "sentences", "waves").contains(text.split(":", 2)[0]);
  }

  private static Path path(String text, String rest, String what) {
    if (rest.isBlank()) {
      throw new UnusableSourceException(
          "`" + text + "` is missing its " + what + "; the sources are " + FORMS);
    }
    return Path.of(rest);
  }

  /** Parses the arguments after the colon: `NAME=N`, separated by commas. */
  private static Map<String, Long> numbers(String text, String rest, String... names) {
    Map<String, Long> numbers = new HashMap<>();
    for (String setting : rest.isEmpty() ? new String[0] : rest.split(",", -1)) {
      String name = setting.substring(0, Math.max(0, setting.indexOf('=')));
      if (!List.of(names).contains(name)) {
        throw new UnusableSourceException(
            text.substring(0, text.indexOf(':'))
                + " takes "
                + String.join("=N and ", names)
                + "=N, not `"
                + setting
                + "`");
      }
      if (numbers.put(name, number(text, setting)) != null) {
        throw new UnusableSourceException("`" + text + "` sets " + name + " twice");
      }
    }
    return numbers;
  }

  private static long number(String text, String setting) {
    String digits = setting.substring(setting.indexOf('=') + 1);
    try {
      long number = Long.parseLong(digits);
      if (number >= 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw new UnusableSourceException("`" + digits + "` in `" + text + "` is not a number", e);
    }
    throw new UnusableSourceException("`" + digits + "` in `" + text + "` is negative");
  }
}
