package dev.tidemill.producer;

import dev.tidemill.producer.source.MalformedSampleException;
import dev.tidemill.producer.source.Sample;
import dev.tidemill.producer.source.SampleReader;
import dev.tidemill.producer.source.SampleSource;
import dev.tidemill.runtime.Duty;
import dev.tidemill.schemas.Topics;
import java.time.Clock;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Reads samples, at their pace, and hands full records to the sink. */
final class SendingDuty implements Duty {
  private static final long MOST_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final String name;
  private final Destination to;
  private final SampleSource source;
  private final SendSettings settings;
  private final BatchSink sink;
  private final ProgressCount count;
  private final Clock clock;
  private final LongSupplier nanoTime;
  private final Pace pace;
  private final StopSignal stop = new StopSignal();
  private @Nullable Run run;

  SendingDuty(
      String name,
      Destination to,
      SampleSource source,
      SendSettings settings,
      BatchSink sink,
      ProgressCount count,
      Clock clock,
      LongSupplier nanoTime) {
    this.name = name;
    this.to = to;
    this.source = source;
    this.settings = settings;
    this.sink = sink;
    this.count = count;
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.pace = new Pace(settings.rate(), nanoTime);
  }

  @Override
  public String roleName() {
    return name;
  }

  @Override
  public void onStart() throws Exception {
    to.require(name, Topics.Name.BATCHES);
    SourcePosition begin = sink.open();
    count.begin(begin.samples());
    run = new Run(begin);
  }

  @Override
  public boolean doWork() throws Exception {
    return run != null && run.step();
  }

  @Override
  public void wakeUp() {
    stop.give();
  }

  /**
   * A stream's samples cannot be read again, so those that have come in are sent. A repeatable
   * source's incomplete record is left for the next run, so that records stay of one size.
   */
  @Override
  public void onClose() throws Exception {
    try (sink;
        source) {
      if (run != null) {
        run.close();
      }
    }
  }

  /** The work between start and end. */
  private final class Run {
    private final BatchAssembler assembler;
    private final SampleReader reader;
    private final boolean repeatable = source.description().repeatable();
    private boolean failed;
    private long firstSampleAt;

    Run(SourcePosition begin) {
      this.assembler =
          new BatchAssembler(source.description(), settings.batchSamples(), begin, clock);
      this.reader = source.read(begin.samples());
    }

    boolean step() throws Exception {
      failed = true;
      boolean more = advance();
      failed = false;
      return more;
    }

    private boolean advance() throws Exception {
      if (reader.ended()) {
        sendWhatIsThere();
        sink.complete();
        return false;
      }
      long wait = pace.nanosUntil(count.taken());
      if (wait > 0) {
        sink.tick();
        stop.await(Math.min(wait, MOST_WAIT_NANOS));
        return true;
      }
      Sample sample = next();
      if (sample != null) {
        take(sample);
      } else {
        lingering();
        sink.tick();
      }
      return true;
    }

    private @Nullable Sample next() throws InterruptedException {
      try {
        return reader.next(MOST_WAIT_NANOS);
      } catch (MalformedSampleException e) {
        refuse(e);
        return null;
      }
    }

    private void take(Sample sample) throws Exception {
      count.take();
      if (!assembler.fits(sample)) {
        sendWhatIsThere();
      }
      if (assembler.isEmpty()) {
        firstSampleAt = nanoTime.getAsLong();
      }
      try {
        assembler.add(sample);
      } catch (MalformedSampleException e) {
        refuse(e);
      }
      if (assembler.isFull()) {
        sendWhatIsThere();
      }
      lingering();
      // A record may take long to fill, and the one before waits for its commit.
      sink.tick();
    }

    private void refuse(MalformedSampleException e) {
      if (repeatable) {
        throw e;
      }
      count.refuse(String.valueOf(e.getMessage()));
    }

    /** Only a stream is waited for: whoever feeds it slowly wants to see what comes of it. */
    private void lingering() throws Exception {
      boolean waited = nanoTime.getAsLong() - firstSampleAt >= settings.linger().toNanos();
      if (!repeatable && waited) {
        sendWhatIsThere();
      }
    }

    private void sendWhatIsThere() throws Exception {
      if (assembler.isEmpty()) {
        return;
      }
      long before = assembler.position().samples();
      sink.send(assembler.build(), assembler.position());
      count.sent(assembler.position().samples() - before);
    }

    void close() throws Exception {
      try (reader) {
        if (failed) {
          return;
        }
        if (!repeatable) {
          sendWhatIsThere();
        }
        sink.flush();
      }
    }
  }
}
