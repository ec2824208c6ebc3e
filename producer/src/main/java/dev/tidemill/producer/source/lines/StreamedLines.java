package dev.tidemill.producer.source.lines;

import dev.tidemill.contract.Contract;
import dev.tidemill.contract.DeriveOptions;
import dev.tidemill.producer.source.MalformedSampleException;
import dev.tidemill.producer.source.Sample;
import dev.tidemill.producer.source.SampleReader;
import dev.tidemill.producer.source.SampleSource;
import dev.tidemill.producer.source.SourceDescription;
import dev.tidemill.producer.source.UnusableSourceException;
import dev.tidemill.producer.source.rows.ByteFeed;
import dev.tidemill.producer.source.table.TableContract;
import java.io.InputStream;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON samples from a stream as they arrive, one per line. Any program that can write to a
 * pipe can feed it. A malformed line is reported and skipped. The stream can be read once, from its
 * beginning.
 */
public final class StreamedLines implements SampleSource {
  private static final int QUEUED_LINES = 256;

  /** Total characters of the queued lines; a longer line is queued alone. */
  private static final int QUEUED_BYTES = 64 << 20;

  private final InputStream in;
  private final String name;
  private final long limit;
  private final DeriveOptions options;

  /**
   * @param name name of the stream in messages
   * @param limit maximum number of samples to read
   * @param options how the contract of a model without one is derived
   */
  public StreamedLines(InputStream in, String name, long limit, DeriveOptions options) {
    this.in = in;
    this.name = name;
    this.limit = limit;
    this.options = options;
  }

  @Override
  public Contract derive(List<Sample> first) {
    JsonSurvey survey = new JsonSurvey(name);
    first.forEach(survey::add);
    return survey.derive(options);
  }

  @Override
  public List<String> check(Contract contract) {
    TableContract.requireAgreement(options, contract);
    return List.of();
  }

  @Override
  public SourceDescription description() {
    return new SourceDescription("jsonl:" + name, OptionalLong.empty(), false, List.of());
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
    record Line(String text, long number) implements Item {}

    record Undecodable(String reason) implements Item {}

    record End(@Nullable Throwable failure) implements Item {}
  }

  /**
   * Reads lines on a separate thread into a queue that is bounded in lines and bytes, because a
   * read of a stream has no timeout and cannot be interrupted. The thread is a daemon, because
   * nothing ends a read that waits for a silent pipe.
   */
  private final class Reader implements SampleReader {
    private final BlockingQueue<Item> lines = new ArrayBlockingQueue<>(QUEUED_LINES);
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
        JsonLine line = new JsonLine();
        while (line.read(feed)) {
          put(line);
        }
        lines.put(new Item.End(null));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt(); // The reader was closed and needs no more lines.
      } catch (Throwable e) { // Also an Error: the consumer would wait for lines forever.
        offerEnd(e);
      }
    }

    private void put(JsonLine line) throws InterruptedException {
      try {
        Item.Line item = new Item.Line(line.text(name), line.number());
        room.acquire(size(item));
        lines.put(item);
      } catch (MalformedSampleException e) {
        lines.put(new Item.Undecodable(String.valueOf(e.getMessage())));
      }
    }

    private static int size(Item.Line line) {
      return Math.min(QUEUED_BYTES, line.text().length());
    }

    private void offerEnd(Throwable failure) {
      try {
        lines.put(new Item.End(failure));
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
      Item item = ended() ? null : lines.poll(waitNanos, TimeUnit.NANOSECONDS);
      if (item instanceof Item.End end) {
        ended = true;
        if (end.failure() != null) {
          throw failure(end.failure());
        }
        return null;
      }
      if (item instanceof Item.Undecodable undecodable) {
        throw new MalformedSampleException(undecodable.reason());
      }
      if (item instanceof Item.Line line) {
        room.release(size(line));
        return sample(line);
      }
      // The order matters: once the read is blocked, all lines are in the queue.
      if (stopped && input.isReadBlocked() && lines.isEmpty()) {
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

    /** Numbers samples by line, so that a line that is skipped changes no other number. */
    private Sample sample(Item.Line line) {
      Sample sample =
          JsonSample.parse(line.text(), line.number() - 1, name + " line " + line.number());
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
