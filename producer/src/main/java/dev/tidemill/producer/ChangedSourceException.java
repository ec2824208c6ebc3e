package dev.tidemill.producer;

import dev.tidemill.producer.source.SourceDescription;
import dev.tidemill.producer.source.UnusableSourceException;

/** A source does not begin with the samples that an earlier run has sent. */
public final class ChangedSourceException extends UnusableSourceException {
  private static final long serialVersionUID = 1L;

  ChangedSourceException(SourceDescription source, long sent) {
    super(
        source.key()
            + " has changed: its first "
            + sent
            + " samples are not those that were sent before"
            + (source.count().orElse(sent) < sent
                ? " (it has only " + source.count().getAsLong() + ")"
                : "")
            + ". Restore them, or the settings with which they were read; or send all again with"
            + " --set send.resume=never, or as another source with --source-name NAME");
  }
}
