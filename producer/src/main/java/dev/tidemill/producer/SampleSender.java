package dev.tidemill.producer;

import dev.tidemill.producer.ContractAgreement.Terms;
import dev.tidemill.producer.source.LeftOutException;
import dev.tidemill.producer.source.MalformedSampleException;
import dev.tidemill.producer.source.NewClassException;
import dev.tidemill.producer.source.Sample;
import dev.tidemill.producer.source.SampleConformer;
import dev.tidemill.producer.source.SampleSource;
import dev.tidemill.producer.source.UnusableSourceException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Prepares samples with the model's contract and sends full records. Samples wait here, up to one
 * record, until the producers have agreed on a contract that fits them. One thread.
 */
final class SampleSender {
  private final SampleSource source;
  private final SendSettings settings;
  private final boolean repeatable;
  private final BatchAssembler assembler;
  private final BatchSink sink;
  private final ContractAgreement agreement;
  private final LeftOutLetters letters;
  private final ProgressCount count;
  private final SendListener listener;
  private final StopSignal stop;
  private final LongSupplier nanoTime;
  private final Random random = new Random();
  private final List<Sample> waiting = new ArrayList<>();

  /** The numbers of those among them that were left out. */
  private final Set<Long> leftOut = new HashSet<>();

  private @Nullable Terms terms;
  private @Nullable SampleConformer conformer;
  private long firstSampleAt;

  /**
   * @param terms the contract; null to look at the first samples before
   * @param stop ends a pause between two attempts to agree
   */
  SampleSender(
      SampleSource source,
      SendSettings settings,
      BatchAssembler assembler,
      BatchSink sink,
      ContractAgreement agreement,
      @Nullable Terms terms,
      LeftOutLetters letters,
      ProgressCount count,
      SendListener listener,
      StopSignal stop,
      LongSupplier nanoTime) {
    this.source = source;
    this.settings = settings;
    this.repeatable = source.description().repeatable();
    this.assembler = assembler;
    this.sink = sink;
    this.agreement = agreement;
    this.terms = terms;
    this.letters = letters;
    this.count = count;
    this.listener = listener;
    this.stop = stop;
    this.nanoTime = nanoTime;
    if (terms != null && !terms.pending()) {
      follow(new SampleConformer(terms.contract()));
    }
  }

  private void follow(SampleConformer next) {
    conformer = next;
    assembler.use(next.contract().version());
  }

  /** Takes the next sample, as the source has it. Sends a record when it is full. */
  void take(Sample raw) throws Exception {
    if (!assembler.hasRest() && waiting.isEmpty()) {
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
      if (assembler.isFull()) {
        sendBatch();
      }
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

  /** Sends the partial record, and the samples that wait for a contract. */
  void sendRest() throws Exception {
    settle();
    sendBatch();
  }

  /** How long the first sample of the partial record has waited, in nanoseconds. */
  long nanosWaited() {
    return nanoTime.getAsLong() - firstSampleAt;
  }

  /** Number of samples that were taken and are in no record yet. */
  int unsent() {
    return assembler.size() + waiting.size() - leftOut.size();
  }

  /** Whether the samples so far have a contract. */
  boolean hasContract() {
    return conformer != null;
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

  private void stopWaiting() {
    waiting.clear();
    leftOut.clear();
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

  private void leaveOut(Sample raw, LeftOutException why, boolean first) {
    String reason = String.valueOf(why.getMessage());
    if (first) {
      count.leaveOut();
      listener.leftOut(reason);
    }
    assembler.leaveOut(raw, letters.of(raw, reason));
  }

  private void sendBatch() throws Exception {
    if (assembler.hasRest()) {
      sink.send(assembler.build());
      assembler.sent();
    }
  }
}
