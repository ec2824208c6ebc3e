package dev.tidemill.producer.source;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/** Which data: what stands behind {@code --data}. */
public sealed interface SourceSpec {
  String FORMS =
      "digits[:seed=N,drift-after=N], idx:DIR, mnist, fashion-mnist, csv:FILE, jsonl:FILE or"
          + " jsonl:- (standard input)";

  /**
   * Digits drawn from strokes.
   *
   * @param driftAfter samples after which the style changes; {@link Long#MAX_VALUE} never
   */
  record Digits(long seed, long driftAfter) implements SourceSpec {}

  /** A directory with IDX files. */
  record IdxFiles(Path directory) implements SourceSpec {}

  /** A data set that is fetched once. */
  record Published(PublishedDataSet dataSet) implements SourceSpec {}

  /** A table with a header. */
  record Csv(Path file) implements SourceSpec {}

  /** A file with a JSON sample a line. */
  record JsonLines(Path file) implements SourceSpec {}

  /** JSON samples, one a line, on standard input. */
  record StandardInput() implements SourceSpec {}

  /**
   * Parses the form that users write.
   *
   * @throws UnusableSourceException naming the forms there are
   */
  static SourceSpec parse(String text) {
    int colon = text.indexOf(':');
    String kind = colon < 0 ? text : text.substring(0, colon);
    String rest = colon < 0 ? "" : text.substring(colon + 1);
    return switch (kind) {
      case "digits" -> digits(text, rest);
      case "idx" -> new IdxFiles(path(text, rest, "DIR"));
      case "csv" -> new Csv(path(text, rest, "FILE"));
      case "jsonl" ->
          rest.equals("-") ? new StandardInput() : new JsonLines(path(text, rest, "FILE"));
      case "mnist", "fashion-mnist" -> {
        if (colon >= 0) {
          throw new UnusableSourceException(
              "`" + kind + "` takes nothing behind it: `" + text + "`");
        }
        yield new Published(
            kind.equals("mnist") ? PublishedDataSet.MNIST : PublishedDataSet.FASHION_MNIST);
      }
      default ->
          throw new UnusableSourceException("no data source `" + text + "`; there are " + FORMS);
    };
  }

  private static Path path(String text, String rest, String what) {
    if (rest.isBlank()) {
      throw new UnusableSourceException(
          "`" + text + "` lacks its " + what + "; there are " + FORMS);
    }
    return Path.of(rest);
  }

  private static Digits digits(String text, String rest) {
    long seed = 1;
    long driftAfter = Long.MAX_VALUE;
    Set<String> seen = new HashSet<>();
    for (String setting : rest.isEmpty() ? new String[0] : rest.split(",", -1)) {
      String name = setting.substring(0, Math.max(0, setting.indexOf('=')));
      if (!seen.add(name)) {
        throw new UnusableSourceException("`" + text + "` gives " + name + " twice");
      }
      switch (name) {
        case "seed" -> seed = number(text, setting);
        case "drift-after" -> driftAfter = number(text, setting);
        default ->
            throw new UnusableSourceException(
                "digits takes seed=N and drift-after=N, not `" + setting + "`");
      }
    }
    return new Digits(seed, driftAfter);
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
    throw new UnusableSourceException("`" + digits + "` in `" + text + "` is below 0");
  }
}
