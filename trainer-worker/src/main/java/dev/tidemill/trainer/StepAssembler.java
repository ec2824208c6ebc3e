package dev.tidemill.trainer;

import dev.tidemill.engine.TensorBatch;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;

/**
 * Makes steps of a fixed number of samples out of records of any size, first in, first out, and
 * keeps the account of what the finished steps cover. What a step is made of depends on the order
 * of records alone, so that a resumed run's steps are those of a run that was never killed.
 *
 * <p>A refusal rides the queue in its record's place: it is passed with the step that passes it,
 * and so its dead letter stands in the transaction of the checkpoint that covers its offset. One
 * thread.
 */
final class StepAssembler {
  private final int batchSize;
  private final long mostRidingBytes;
  private final TrainedRanges coverage;
  private final Consumer<Arrival> done;
  private final TensorBatch batch = new TensorBatch();
  private final ArrayDeque<Arrival> waiting = new ArrayDeque<>();
  private final List<Arrival.Refused> passedRefusals = new ArrayList<>();
  private int firstSample;
  private int pending;
  private int riding;
  private long ridingBytes;

  /**
   * @param batchSize samples of a step
   * @param mostRidingBytes refused records behind samples that wait for a step end it early once
   *     they hold so many bytes, or are {@link ArrivalQueue#MOST_REFUSED}
   * @param done is handed each record whose last sample was trained: its memory is free
   */
  StepAssembler(
      int batchSize, long mostRidingBytes, TrainedRanges coverage, Consumer<Arrival> done) {
    this.batchSize = batchSize;
    this.mostRidingBytes = mostRidingBytes;
    this.coverage = coverage;
    this.done = done;
  }

  void add(Arrival.Samples samples) {
    DecodedRecord record = samples.record();
    if (waiting.isEmpty()) {
      firstSample = record.first();
    }
    waiting.add(samples);
    pending += record.samples() - record.first();
  }

  void add(Arrival.Refused refused) {
    waiting.add(refused);
    riding++;
    ridingBytes += refused.bytes();
    passHead();
  }

  void add(Arrival.Passed passed) {
    // A topic of nothing but transaction markers must not make this queue grow.
    Iterator<Arrival> newestFirst = waiting.descendingIterator();
    while (newestFirst.hasNext() && newestFirst.next() instanceof Arrival.Passed before) {
      if (before.partition() == passed.partition()) {
        newestFirst.remove();
      }
    }
    waiting.add(passed);
    passHead();
  }

  /** Whether a whole step can be made, or a smaller one has to be. */
  boolean hasStep() {
    return pending >= batchSize
        || (pending > 0 && (riding >= ArrivalQueue.MOST_REFUSED || ridingBytes >= mostRidingBytes));
  }

  /** What waits for the next step, samples and what stands between them. */
  int waiting() {
    return waiting.size();
  }

  /** Samples that wait. */
  int pending() {
    return pending;
  }

  /**
   * The next step's samples: the batch size of them, or as many as wait. To be told {@link
   * #trained} before the next one; the same object each time.
   */
  TensorBatch next() {
    batch.clear();
    int from = firstSample;
    for (Arrival arrival : waiting) {
      if (batch.size() == batchSize) {
        break;
      }
      if (arrival instanceof Arrival.Samples samples) {
        DecodedRecord record = samples.record();
        int start = batch.slices() == 0 ? from : record.first();
        int count = Math.min(batchSize - batch.size(), record.samples() - start);
        record.addTo(batch, start, count);
      }
    }
    return batch;
  }

  /** The samples of {@link #next} are part of the model. */
  void trained() {
    int left = batch.size();
    pending -= left;
    batch.clear();
    while (left > 0) {
      if (waiting.peek() instanceof Arrival.Samples samples) {
        DecodedRecord record = samples.record();
        int count = Math.min(left, record.samples() - firstSample);
        left -= count;
        firstSample += count;
        passSamples(record);
      } else {
        pass(waiting.remove());
      }
    }
    passHead();
  }

  /** The refusals that the steps since the last call have passed over, in their order. */
  List<Arrival.Refused> takeRefusals() {
    List<Arrival.Refused> taken = List.copyOf(passedRefusals);
    passedRefusals.clear();
    return taken;
  }

  int refusalsPassed() {
    return passedRefusals.size();
  }

  private void passSamples(DecodedRecord record) {
    if (firstSample < record.samples()) {
      coverage.advance(record.partition(), record.offset(), firstSample);
      return;
    }
    coverage.advance(record.partition(), record.offset() + 1, 0);
    done.accept(waiting.remove());
    // Another record's samples may come only after refusals; those have no first sample.
    firstSample =
        waiting.stream()
            .filter(Arrival.Samples.class::isInstance)
            .map(next -> ((Arrival.Samples) next).record().first())
            .findFirst()
            .orElse(0);
  }

  /** What is not a sample and stands before the next one needs no step to be passed. */
  private void passHead() {
    while (!waiting.isEmpty() && !(waiting.peek() instanceof Arrival.Samples)) {
      pass(waiting.remove());
    }
  }

  private void pass(Arrival arrival) {
    if (arrival instanceof Arrival.Refused refused) {
      riding--;
      ridingBytes -= refused.bytes();
      passedRefusals.add(refused);
      coverage.advance(refused.record().partition(), refused.record().offset() + 1, 0);
    } else if (arrival instanceof Arrival.Passed passed
        && coverage.position(passed.partition()).isBefore(passed.offset(), 0)) {
      coverage.advance(passed.partition(), passed.offset(), 0);
    }
  }
}
