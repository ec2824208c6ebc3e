package dev.tidemill.producer;

import dev.tidemill.messaging.KafkaFailures;
import dev.tidemill.messaging.SchemaWait;
import dev.tidemill.producer.ContractAgreement.Terms;
import dev.tidemill.producer.source.MalformedSampleException;
import dev.tidemill.producer.source.Sample;
import dev.tidemill.producer.source.SampleConformer;
import dev.tidemill.producer.source.SampleReader;
import dev.tidemill.producer.source.SampleSource;
import dev.tidemill.producer.source.UnusableSourceException;
import dev.tidemill.runtime.Duty;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;

/** Reads samples at the configured rate and passes full records to the sink. */
final class SendingDuty implements Duty {
  private static final long MAX_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final String name;
  private final String topic;
  private final Runnable ready;
  private final Runnable ended;
  private final SampleSource source;
  private final SendSettings settings;
  private final boolean resumes;
  private final BatchSink sink;
  private final SourceRecords records;
  private final ContractAgreement agreement;
  private final LeftOutLetters letters;
  private final SchemaWait schema;
  private final ProgressCount count;
  private final SendListener listener;
  private final Clock clock;
  private final LongSupplier nanoTime;
  private final SendPacer pace;
  private final StopSignal stop = new StopSignal();
  private @Nullable Run run;
  private @Nullable Exception interrupted;

  /**
   * @param topic the topic written to, for messages
   * @param ready returns once the broker has answered and the topic satisfies its contract
   * @param ended called when everything is closed
   * @param schema awaited before the first read, because a sample that was read must be sendable
   */
  SendingDuty(
      String name,
      String topic,
      Runnable ready,
      Runnable ended,
      SampleSource source,
      SendSettings settings,
      boolean resumes,
      BatchSink sink,
      SourceRecords records,
      ContractAgreement agreement,
      LeftOutLetters letters,
      SchemaWait schema,
      ProgressCount count,
      SendListener listener,
      Clock clock,
      LongSupplier nanoTime) {
    this.name = name;
    this.topic = topic;
    this.ready = ready;
    this.ended = ended;
    this.source = source;
    this.settings = settings;
    this.resumes = resumes;
    this.sink = sink;
    this.records = records;
    this.agreement = agreement;
    this.letters = letters;
    this.schema = schema;
    this.count = count;
    this.listener = listener;
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.pace = new SendPacer(settings.rate(), nanoTime);
  }

  @Override
  public String roleName() {
    return name;
  }

  @Override
  public void onStart() throws Exception {
    ready.run();
    sink.open();
    count.begin(sink.position().samples());
  }

  /** Finds the contract and the position to start from, once the schema registry answers. */
  private boolean begin() throws Exception {
    if (!schema.isOver()) {
      stop.await(MAX_WAIT_NANOS);
      return true;
    }
    // A stream is looked through as it is read. The order matters: the position is read after the
    // contract, because both are committed together.
    Terms terms = source.description().repeatable() ? agreement.agree(source, List.of()) : null;
    SourcePosition from = sink.position();
    SentDigest sent = digest(from, terms);
    count.begin(from.samples());
    run = new Run(from, sent, terms);
    return true;
  }

  /**
   * Returns the digest of the samples before a position, after comparing it with that of the
   * samples that were sent; null if the source's key says what its samples are.
   */
  private @Nullable SentDigest digest(SourcePosition from, @Nullable Terms terms)
      throws InterruptedException {
    if (!resumes || !source.mayChange() || terms == null) {
      return null;
    }
    SentDigest now = SentDigest.over(source, from.samples());
    boolean same = now.samples() == from.samples() && now.text().equals(from.digest());
    if (from.samples() > 0 && !same) {
      Optional<String> where =
          FirstDifference.of(source, new SampleConformer(terms.contract()), records);
      throw new ChangedSourceException(source.description().key(), from.samples(), where);
    }
    return now;
  }

  @Override
  public boolean doWork() throws Exception {
    try {
      return run == null ? begin() : run.step();
    } catch (InterruptedException | InterruptException e) {
      return interruptedByClose(e);
    }
  }

  /** A duty that was asked to stop is interrupted when its close timeout has passed. */
  private boolean interruptedByClose(Exception interruption) throws Exception {
    if (!stop.isStopped()) {
      throw interruption;
    }
    interrupted = interruption;
    return false;
  }

  @Override
  public void wakeUp() {
    stop.stop();
  }

  /**
   * Sends the remaining samples, then waits until everything sent is committed or the thread is
   * interrupted. The remaining samples are those received from a stream, which cannot be read
   * again, and the partial record of a run that is not resumable.
   */
  @Override
  public void onClose() throws Exception {
    try {
      if (run != null) {
        run.close(interrupted == null);
      }
    } catch (InterruptedException | InterruptException e) {
      interrupted = e;
    } finally {
      closeSink();
      ended.run();
    }
    if (interrupted != null && count.progress().unsent() > 0) {
      throw new UncommittedException(count.progress(), settings, interrupted);
    }
  }

  private void closeSink() {
    boolean late = Thread.interrupted() || interrupted != null;
    sink.close(late ? Duration.ZERO : settings.closeTimeout());
    count.tell();
  }

  /** The state between start and close: what is read, and when. */
  private final class Run {
    private final SampleSender sender;
    private final SampleReader reader;
    private final boolean repeatable = source.description().repeatable();
    private boolean sinkFailed;
    private boolean sourceFailed;

    /**
     * @param sent the digest of the samples before; null if none is committed
     * @param terms the contract; null to look at the first samples before
     */
    Run(SourcePosition begin, @Nullable SentDigest sent, @Nullable Terms terms) {
      BatchAssembler assembler =
          new BatchAssembler(
              source.description().key(), settings.batchSamples(), resumes, begin, sent, clock);
      this.sender =
          new SampleSender(
              source, settings, assembler, sink, agreement, terms, letters, count, listener, stop,
              nanoTime);
      this.reader = source.read(begin.samples());
    }

    boolean step() throws Exception {
      sinkFailed = true;
      try {
        boolean more = advance();
        sinkFailed = false;
        return more;
      } catch (UnusableSourceException e) {
        sinkFailed = false;
        sourceFailed = true;
        throw e;
      } catch (KafkaException e) {
        throw KafkaFailures.kind(e) == KafkaFailures.Kind.RECORD
            ? new RefusedRecordException(e, topic, count.largestBytes(), settings)
            : e;
      } finally {
        count.tell();
      }
    }

    private boolean advance() throws Exception {
      if (reader.ended()) {
        sender.sendRest();
        sink.complete().ifPresent(listener::notice);
        return false;
      }
      long wait = pace.nanosUntil(count.read());
      if (wait > 0) {
        sink.tick();
        stop.await(Math.min(wait, MAX_WAIT_NANOS));
        return true;
      }
      readOne();
      sendAfterLinger();
      // A record may take long to fill while the previous one waits for its commit.
      sink.tick();
      return true;
    }

    private void readOne() throws Exception {
      try {
        Sample sample = reader.next(MAX_WAIT_NANOS);
        if (sample != null) {
          sender.take(sample);
        }
      } catch (MalformedSampleException e) {
        if (repeatable) {
          throw e;
        }
        count.refuse(String.valueOf(e.getMessage()));
      }
    }

    /** Sends a partial record of a stream after the linger time, so that slow input is not held. */
    private void sendAfterLinger() throws Exception {
      if (!repeatable && sender.nanosWaited() >= settings.linger().toNanos()) {
        sender.sendRest();
      }
    }

    /**
     * @param inTime whether the close timeout leaves time to send what was read
     */
    void close(boolean inTime) throws Exception {
      try (reader) {
        if (inTime && !sinkFailed) {
          finish();
        }
      }
    }

    private void finish() throws Exception {
      if (!repeatable && !sourceFailed) {
        reader.stop();
        while (!reader.ended()) {
          readOne();
        }
      }
      if (resumes) {
        // The next run reads these samples again, so that all records have the same size.
        count.putBack(sender.unsent());
      } else if (!sourceFailed || sender.hasContract()) {
        sender.sendRest();
      }
      sink.flush();
    }
  }
}
