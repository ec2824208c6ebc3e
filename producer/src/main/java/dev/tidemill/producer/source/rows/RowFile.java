package dev.tidemill.producer.source.rows;

import dev.tidemill.producer.source.Sample;
import dev.tidemill.producer.source.SampleReader;
import dev.tidemill.producer.source.UnusableSourceException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A file of which every row is a sample, once it was checked and indexed. */
public final class RowFile {
  private final Path path;
  private final RowIndex index;
  private final Format format;

  /** How rows are told apart and what they mean. */
  public interface Format {
    /** Passes over one row; false at the end. */
    boolean skip(ByteFeed feed);

    /** Reads one row; null at the end. */
    @Nullable Sample read(ByteFeed feed, long place);
  }

  public RowFile(Path path, RowIndex index, Format format) {
    this.path = path;
    this.index = index;
    this.format = format;
  }

  /** The sample of one row. */
  public Sample at(long row) {
    try (ByteFeed feed = open(row)) {
      return sample(feed, row);
    }
  }

  /** The samples of the rows from one on. */
  public SampleReader read(long row) {
    return new Reader(row);
  }

  private ByteFeed open(long row) {
    ByteFeed feed = ByteFeed.of(path, index.before(row));
    for (int i = 0; i < index.passed(row); i++) {
      format.skip(feed);
    }
    return feed;
  }

  private Sample sample(ByteFeed feed, long row) {
    Sample sample = format.read(feed, row);
    if (sample == null) {
      throw new UnusableSourceException(
          path
              + " had "
              + index.rows()
              + " rows and now ends before row "
              + (row + 1)
              + ": it was changed while it was read");
    }
    return sample;
  }

  private final class Reader implements SampleReader {
    private final @Nullable ByteFeed feed;
    private long next;

    Reader(long row) {
      this.next = row;
      this.feed = ended() ? null : open(row);
    }

    @Override
    public @Nullable Sample next(long waitNanos) {
      return feed == null || ended() ? null : sample(feed, next++);
    }

    @Override
    public boolean ended() {
      return next >= index.rows();
    }

    @Override
    public void close() {
      if (feed != null) {
        feed.close();
      }
    }
  }
}
