package dev.tidemill.producer.source;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A kind of data that {@code --data} can name. Implementations are found by {@link
 * java.util.ServiceLoader}. Help, settings, documentation and error messages derive from what is
 * found. Any thread.
 */
public interface SourceFormat {
  /** What {@code --data} begins with, up to the colon. */
  String name();

  /** The ways to write it, e.g. {@code csv:FILE}. */
  List<String> forms();

  /** What it reads, in a few words. */
  String summary();

  /** The options that it takes; any other option is an error. */
  default Set<SourceOption> options() {
    return Set.of();
  }

  /** The URL that it downloads from, which a setting may replace; empty for local data. */
  default Optional<URI> home() {
    return Optional.empty();
  }

  /**
   * Checks what follows the colon, without opening anything.
   *
   * @throws UnusableSourceException if {@link #open} would not accept it
   */
  void check(SourceArgument argument);

  /**
   * Opens the data after checking as much of it as possible.
   *
   * @param argument what follows the colon; {@link #check} accepts it
   * @throws UnusableSourceException if the data is unusable
   */
  IndexedSource open(SourceArgument argument, SourceOptions options, Downloads downloads);
}
