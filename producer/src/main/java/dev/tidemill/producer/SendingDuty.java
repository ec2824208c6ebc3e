package dev.tidemill.producer;

import dev.tidemill.messaging.KafkaFailures;
import dev.tidemill.messaging.SchemaWait;
import dev.tidemill.producer.ContractAgreement.Terms;
import dev.tidemill.producer.source.LeftOutException;
import dev.tidemill.producer.source.MalformedSampleException;
import dev.tidemill.producer.source.NewClassException;
import dev.tidemill.producer.source.Sample;
import dev.tidemill.producer.source.SampleConformer;
import dev.tidemill.producer.source.SampleReader;
import dev.tidemill.producer.source.SampleSource;
import dev.tidemill.producer.source.UnusableSourceException;
import dev.tidemill.runtime.Duty;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
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
  private final ContractAgreement agreement;
  private final LeftOutLetters letters;
  private final SchemaWait schema;
  private final ProgressCount count;
  private final SendListener listener;
  private final Clock clock;
  private final LongSupplier nanoTime;
  private final SendPacer pace;
  private final StopSignal stop = new StopSignal();
  private final Random random = new Random();
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
    if (!awaitSchemas()) {
      return;
    }
    // A stream is looked through as it is read. The order matters: the position is read after the
    // contract, because both are committed together.
    Terms terms = source.description().repeatable() ? agreement.agree(source, List.of()) : null;
    SourcePosition from = sink.position();
    SentDigest sent = digest(from);
    count.begin(from.samples());
    run = new Run(from, sent, terms);
  }

  /** Waits for the schema registry; returns false if the duty was asked to stop meanwhile. */
  private boolean awaitSchemas() throws InterruptedException {
    while (!schema.isOver()) {
      if (stop.isStopped()) {
        return false;
      }
      stop.await(MAX_WAIT_NANOS);
    }
    return true;
  }

  /**
   * Returns the digest of the samples before a position, after comparing it with that of the
   * samples that were sent; null if the source's key says what its samples are.
   */
  private @Nullable SentDigest digest(SourcePosition from) throws InterruptedException {
    if (!resumes || !source.mayChange()) {
      return null;
    }
    SentDigest now = SentDigest.over(source, from.samples());
    boolean same = now.samples() == from.samples() && now.text().equals(from.digest());
    if (from.samples() > 0 && !same) {
      throw new ChangedSourceException(source.description().key(), from.samples(), now.samples());
    }
    return now;
  }

  @Override
  public boolean doWork() throws Exception {
    try {
      return run != null && run.step();
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
    try (source) {
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

  /** The state between start and close. */
  private final class Run {
    private final BatchAssembler assembler;
    private final SampleReader reader;
    private final boolean repeatable = source.description().repeatable();

    /** Samples that wait for a contract: up to one record. */
    private final List<Sample> waiting = new ArrayList<>();

    /** The numbers of those among them that were left out. */
    private final Set<Long> leftOut = new HashSet<>();

    private @Nullable Terms terms;
    private @Nullable SampleConformer conformer;
    private boolean sinkFailed;
    private boolean sourceFailed;
    private long firstSampleAt;

    /**
     * @param sent the digest of the samples before; null if none is committed
     * @param terms the contract; null to look at the first samples before
     */
    Run(SourcePosition begin, @Nullable SentDigest sent, @Nullable Terms terms) {
      this.assembler =
          new BatchAssembler(
              source.description().key(), settings.batchSamples(), begin, sent, clock);
      this.reader = source.read(begin.samples());
      this.terms = terms;
      if (terms != null && !terms.pending()) {
        follow(new SampleConformer(terms.contract()));
      }
    }

    private void follow(SampleConformer next) {
      conformer = next;
      assembler.use(next.contract().version());
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
        sendRecord();
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
          take(sample);
        }
      } catch (MalformedSampleException e) {
        if (repeatable) {
          throw e;
        }
        count.refuse(String.valueOf(e.getMessage()));
      }
    }

    private void take(Sample raw) throws Exception {
      if (assembler.isEmpty() && waiting.isEmpty()) {
        firstSampleAt = nanoTime.getAsLong();
      }
      SampleConformer known = conformer;
      if (known == null) {
        await(raw);
        return;
      }
      Sample sample;
      try {
        sample = known.conform(raw);
      } catch (LeftOutException e) {
        leaveOut(raw, e, true);
        return;
      } catch (NewClassException e) {
        if (repeatable || !agreement.appendsClasses()) {
          throw e;
        }
        sendBatch();
        conformer = null;
        terms = null;
        await(raw);
        return;
      }
      assembler.add(raw, sample);
      count.take();
      if (assembler.isFull()) {
        sendBatch();
      }
    }

    private void stopWaiting() {
      waiting.clear();
      leftOut.clear();
    }

    private void leaveOut(Sample raw, LeftOutException why, boolean first) {
      String reason = String.valueOf(why.getMessage());
      if (first) {
        count.leaveOut();
        listener.leftOut(reason);
      }
      assembler.leaveOut(raw, letters.of(raw, reason));
    }

    private void await(Sample raw) throws Exception {
      waiting.add(raw);
      count.take();
      if (waiting.size() >= settings.batchSamples()) {
        settle();
      }
    }

    /** Agrees on the contract of the samples that wait for one, and sends them. */
    private void settle() throws Exception {
      for (int attempt = 1; !waiting.isEmpty(); attempt++) {
        Terms agreed = terms == null ? agreement.agree(source, waiting) : terms;
        SampleConformer next = new SampleConformer(agreed.contract());
        follow(next);
        prepare(next);
        if (assembler.isEmpty()) {
          conformer = null; // None was usable, so the next ones may say what the data is.
          sendBatch();
          stopWaiting();
          return;
        }
        if (!agreed.pending()) {
          sendBatch();
          stopWaiting();
          return;
        }
        AssembledBatch first = assembler.build();
        // What was left out before it may wait for a commit, and its position with it.
        sink.flush();
        if (agreement.commit(agreed.contract(), sink, first)) {
          assembler.sent();
          stopWaiting();
          return;
        }
        if (!sink.isAt(first.before())) {
          throw new UnusableSourceException(
              source.description().key()
                  + " is also sent by another run, which has committed its first record. Run the"
                  + " same command again: it continues after what was committed");
        }
        // Another producer was faster. If both always began again at once, both could fail forever.
        assembler.rewind(first);
        terms = null;
        stop.await(TimeUnit.MILLISECONDS.toNanos(random.nextInt(50 * attempt)));
      }
    }

    /** Prepares the samples that wait; refuses those of a stream that do not conform. */
    private void prepare(SampleConformer next) {
      for (Sample raw : List.copyOf(waiting)) {
        try {
          assembler.add(raw, next.conform(raw));
        } catch (LeftOutException e) {
          boolean first = leftOut.add(raw.index());
          count.putBack(first ? 1 : 0);
          leaveOut(raw, e, first);
        } catch (MalformedSampleException e) {
          if (repeatable) {
            throw e;
          }
          waiting.remove(raw);
          count.putBack(1);
          count.refuse(String.valueOf(e.getMessage()));
        }
      }
    }

    /** Sends a partial record of a stream after the linger time, so that slow input is not held. */
    private void sendAfterLinger() throws Exception {
      boolean waited = nanoTime.getAsLong() - firstSampleAt >= settings.linger().toNanos();
      if (!repeatable && waited) {
        sendRecord();
      }
    }

    /** Sends what was read. */
    private void sendRecord() throws Exception {
      settle();
      sendBatch();
    }

    private void sendBatch() throws Exception {
      if (assembler.hasRest()) {
        sink.send(assembler.build());
        assembler.sent();
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
        count.putBack(assembler.size() + waiting.size() - leftOut.size());
      } else if (!sourceFailed || conformer != null) {
        sendRecord();
      }
      sink.flush();
    }
  }
}
