package dev.tidemill.producer.source.rows;

import dev.tidemill.producer.source.MalformedSampleException;
import dev.tidemill.producer.source.Sample;
import dev.tidemill.producer.source.SampleReader;
import dev.tidemill.producer.source.SampleSource;
import dev.tidemill.producer.source.UnusableSourceException;
import java.io.InputStream;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reads rows from a stream as they arrive. Any program that can write to a pipe can feed it. A
 * malformed row is reported and skipped. The stream can be read once, from its beginning.
 */
public abstract class StreamedSource implements SampleSource {
  private static final int QUEUED_ROWS = 256;

  /** Total size of the queued rows; a larger row is queued alone. */
  private static final int QUEUED_BYTES = 64 << 20;

  private final InputStream in;
  private final String name;
  private final long limit;

  /**
   * @param name name of the stream in messages
   * @param limit maximum number of samples to read
   */
  protected StreamedSource(InputStream in, String name, long limit) {
    this.in = in;
    this.name = name;
    this.limit = limit;
  }

  /** Reads rows on the thread that waits for the stream. */
  public interface Rows {
    /** Reads the next row; returns null at the end. */
    @Nullable Row next(ByteFeed feed);
  }

  /**
   * A row that was read.
   *
   * @param size its approximate number of characters
   */
  public record Row(int size, Parser parser) {
    /** Returns a row that has no valid sample. */
    public static Row malformed(UnusableSourceException why) {
      String message = String.valueOf(why.getMessage());
      return new Row(
          0,
          () -> {
            throw new MalformedSampleException(message);
          });
    }
  }

  /** Makes a row's sample, on the thread that uses it. */
  @FunctionalInterface
  public interface Parser {
    /**
     * Makes the sample.
     *
     * @throws MalformedSampleException if the row is not a valid sample
     */
    Sample parse();
  }

  /** Begins to read rows. */
  protected abstract Rows rows();

  /** The stream's name, for messages. */
  protected final String name() {
    return name;
  }

  @Override
  public SampleReader read(long index) {
    if (index != 0) {
      throw new UnusableSourceException(name + " can only be read from its beginning");
    }
    return new Reader();
  }

  /** What the reading thread puts into the queue. */
  private sealed interface Item {
    record Ready(Row row) implements Item {}

    record End(@Nullable Throwable failure) implements Item {}
  }

  /**
   * Reads rows on a separate thread into a queue that is bounded in rows and bytes, because a read
   * of a stream has no timeout and cannot be interrupted. The thread is a daemon, because nothing
   * ends a read that waits for a silent pipe.
   */
  private final class Reader implements SampleReader {
    private final BlockingQueue<Item> rows = new ArrayBlockingQueue<>(QUEUED_ROWS);
    private final Semaphore room = new Semaphore(QUEUED_BYTES);
    private final StoppableInput input = new StoppableInput(in);
    private final Thread thread = new Thread(this::fill, "reader of " + name);
    private long taken;
    private boolean stopped;
    private boolean ended;

    Reader() {
      thread.setDaemon(true);
      thread.start();
    }

    private void fill() {
      try (ByteFeed feed = ByteFeed.of(name, input)) {
        Rows reading = StreamedSource.this.rows();
        for (Row row = reading.next(feed); row != null; row = reading.next(feed)) {
          room.acquire(size(row));
          rows.put(new Item.Ready(row));
        }
        rows.put(new Item.End(null));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt(); // The reader was closed and needs no more rows.
      } catch (Throwable e) { // Also an Error: the consumer would wait for rows forever.
        offerEnd(e);
      }
    }

    private static int size(Row row) {
      return Math.min(QUEUED_BYTES, row.size());
    }

    private void offerEnd(Throwable failure) {
      try {
        rows.put(new Item.End(failure));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private UnusableSourceException failure(Throwable cause) {
      return cause instanceof UnusableSourceException known
          ? known
          : new UnusableSourceException("cannot continue to read " + name + ": " + cause, cause);
    }

    @Override
    public @Nullable Sample next(long waitNanos) throws InterruptedException {
      Item item = ended() ? null : rows.poll(waitNanos, TimeUnit.NANOSECONDS);
      if (item instanceof Item.End end) {
        ended = true;
        if (end.failure() != null) {
          throw failure(end.failure());
        }
        return null;
      }
      if (item instanceof Item.Ready ready) {
        room.release(size(ready.row()));
        return sample(ready.row());
      }
      // The order matters: once the read is blocked, all rows are in the queue.
      if (stopped && input.isReadBlocked() && rows.isEmpty()) {
        ended = true;
        requireWholeLine();
      }
      return null;
    }

    private void requireWholeLine() {
      if (input.isWithinLine()) {
        throw new MalformedSampleException(
            name + ": the last line was incomplete when reading stopped");
      }
    }

    private Sample sample(Row row) {
      Sample sample = row.parser().parse();
      taken++;
      return sample;
    }

    @Override
    public boolean ended() {
      return ended || taken >= limit;
    }

    @Override
    public void stop() {
      stopped = true;
      input.stop();
    }

    @Override
    public void close() {
      thread.interrupt();
    }
  }
}
