package dev.tidemill.producer;

import dev.tidemill.producer.source.UnusableSourceException;
import java.util.Optional;

/** A source does not begin with the samples that an earlier run has sent. */
public final class ChangedSourceException extends UnusableSourceException {
  private static final long serialVersionUID = 1L;

  /**
   * @param sent samples that were sent
   * @param where what differs; empty if that is not known
   */
  ChangedSourceException(String key, long sent, Optional<String> where) {
    super(
        key
            + " has changed: its first "
            + sent
            + " samples are not those that were sent before"
            + where.map(text -> " (" + text + ")").orElse("")
            + ". Restore them, or the settings with which they were read; or send all again with"
            + " --set send.resume=never, or as another source with --source-name NAME");
  }
}
