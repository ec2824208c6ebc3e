package dev.tidemill.producer.source.rows;

import dev.tidemill.producer.source.Sample;
import dev.tidemill.producer.source.SampleReader;
import dev.tidemill.producer.source.UnusableSourceException;
import org.jspecify.annotations.Nullable;

/** Reads samples from a file that was checked and indexed; each row is a sample. */
public final class RowFile {
  private final DataFile data;
  private final RowIndex index;
  private final Format format;

  /** Parses rows. */
  public interface Format {
    /** Skips one row; returns false at the end. */
    boolean skip(ByteFeed feed);

    /** Reads one row; returns null at the end. */
    @Nullable Sample read(ByteFeed feed, long index);
  }

  public RowFile(DataFile data, RowIndex index, Format format) {
    this.data = data;
    this.index = index;
    this.format = format;
  }

  /** Reads the sample of one row. */
  public Sample at(long row) {
    try (ByteFeed feed = open(row)) {
      return sample(feed, row);
    }
  }

  /** Opens a reader at a row. */
  public SampleReader read(long row) {
    return new Reader(row);
  }

  /** Deletes a temporary file. */
  public void close() {
    data.close();
  }

  private ByteFeed open(long row) {
    ByteFeed feed = ByteFeed.of(data, index.seekPoint(row));
    for (int i = 0; i < index.rowsToSkip(row); i++) {
      format.skip(feed);
    }
    return feed;
  }

  private Sample sample(ByteFeed feed, long row) {
    Sample sample = format.read(feed, row);
    if (sample == null) {
      throw new UnusableSourceException(
          data.name()
              + " had "
              + index.rows()
              + " rows and now ends before row "
              + (row + 1)
              + ": it was changed while it was being read");
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
