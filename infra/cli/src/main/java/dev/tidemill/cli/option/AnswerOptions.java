package dev.tidemill.cli.option;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The option of every command that waits for the answer of a worker. */
public final class AnswerOptions {
  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      converter = Seconds.class,
      description =
          "how long to wait for an answer (default: 60 if it may follow the commit of a version,"
              + " otherwise 5)")
  private @Nullable Duration timeout;

  /** Returns how long to wait; empty if the user does not say. */
  public Optional<Duration> timeout() {
    return Optional.ofNullable(timeout);
  }

  /** Parses a whole number of seconds. */
  static final class Seconds implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String text) {
      try {
        int seconds = Integer.parseInt(text);
        if (seconds > 0) {
          return Duration.ofSeconds(seconds);
        }
      } catch (NumberFormatException e) {
        throw new TypeConversionException("'" + text + "' is not a whole number of seconds");
      }
      throw new TypeConversionException("the timeout is at least 1 s, not " + text);
    }
  }
}
