package dev.tidemill.trainer;

import dev.tidemill.engine.TensorBatch;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;

/**
 * Assembles records of any size into steps of a fixed number of samples, in FIFO order, and tracks
 * which ranges the finished steps cover. The order of records alone decides what a step contains.
 * So a resumed run makes the same steps as one that was never killed.
 *
 * <p>A refusal waits in the queue at its record's place, and the step that reaches it passes it. So
 * its dead letter is in the transaction of the checkpoint that covers its offset. One thread.
 */
final class StepAssembler {
  private final int batchSize;
  private final long maxQueuedRefusalBytes;
  private final TrainedRanges coverage;
  private final Consumer<Arrival> releaser;
  private final TensorBatch batch = new TensorBatch();
  private final ArrayDeque<Arrival> waiting = new ArrayDeque<>();
  private final List<Arrival.Refused> passedRefusals = new ArrayList<>();
  private int firstSample;
  private int pending;
  private int queuedRefusals;
  private long queuedRefusalBytes;
  private int contract;
  private int trainedContract;

  /**
   * @param batchSize samples of a step
   * @param maxQueuedRefusalBytes bytes of queued refusals that end a step early, as {@link
   *     ArrivalQueue#MAX_REFUSED} of them do
   * @param releaser receives each record whose last sample was trained, to release its memory
   */
  StepAssembler(
      int batchSize,
      long maxQueuedRefusalBytes,
      TrainedRanges coverage,
      Consumer<Arrival> releaser) {
    this.batchSize = batchSize;
    this.maxQueuedRefusalBytes = maxQueuedRefusalBytes;
    this.coverage = coverage;
    this.releaser = releaser;
  }

  /**
   * Sets the versions of the data contract that training starts with; 0 if there is none.
   *
   * @param trained the newest one that the restored model's samples had
   * @param newest the newest one, which the model is published with from now on
   */
  void startWith(int trained, int newest) {
    trainedContract = trained;
    contract = Math.max(trained, newest);
  }

  /** Returns the newest version of the data contract that a trained sample had; 0 if none had. */
  int trainedContract() {
    return trainedContract;
  }

  /** Returns the newest version of the data contract that a trained sample, or the start, had. */
  int contract() {
    return contract;
  }

  /** Returns the ranges that the finished steps cover. */
  TrainedRanges coverage() {
    return coverage;
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
    queuedRefusals++;
    queuedRefusalBytes += refused.bytes();
    passHead();
  }

  void add(Arrival.Passed passed) {
    // Keep one item per partition, so that a topic of transaction markers does not fill the queue.
    Iterator<Arrival> newestFirst = waiting.descendingIterator();
    while (newestFirst.hasNext() && newestFirst.next() instanceof Arrival.Passed before) {
      if (before.partition() == passed.partition()) {
        newestFirst.remove();
      }
    }
    waiting.add(passed);
    passHead();
  }

  /** Whether a step is ready: a full one, or a smaller one that passes refusals early. */
  boolean hasStep() {
    return pending >= batchSize
        || (pending > 0
            && (queuedRefusals >= ArrivalQueue.MAX_REFUSED
                || queuedRefusalBytes >= maxQueuedRefusalBytes));
  }

  /** Returns the number of queued items. */
  int waiting() {
    return waiting.size();
  }

  /** Returns the samples of a step. */
  int batchSize() {
    return batchSize;
  }

  /** Returns the number of queued samples. */
  int pending() {
    return pending;
  }

  /**
   * Returns the samples of the next step: the batch size, or fewer if fewer are queued. Call {@link
   * #trained} before the next call. Each call returns the same object.
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

  /** Returns the record of the first sample of the next step. Call it only while there is one. */
  DecodedRecord first() {
    if (waiting.peek() instanceof Arrival.Samples samples) {
      return samples.record();
    }
    throw new IllegalStateException("no sample waits for a step");
  }

  /** Removes the samples of {@link #next}, which the model was trained on. */
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
        contract = Math.max(contract, record.contract());
        trainedContract = Math.max(trainedContract, record.contract());
        passSamples(record);
      } else {
        pass(waiting.remove());
      }
    }
    passHead();
  }

  /** Removes and returns the refusals passed since the last call, in order. */
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
    releaser.accept(waiting.remove());
    // Refusals, which have no first sample, may precede the next record with samples.
    firstSample =
        waiting.stream()
            .filter(Arrival.Samples.class::isInstance)
            .map(next -> ((Arrival.Samples) next).record().first())
            .findFirst()
            .orElse(0);
  }

  /** Passes the items before the next sample, which need no step. */
  private void passHead() {
    while (!waiting.isEmpty() && !(waiting.peek() instanceof Arrival.Samples)) {
      pass(waiting.remove());
    }
  }

  private void pass(Arrival arrival) {
    if (arrival instanceof Arrival.Refused refused) {
      queuedRefusals--;
      queuedRefusalBytes -= refused.bytes();
      passedRefusals.add(refused);
      coverage.advance(refused.record().partition(), refused.record().offset() + 1, 0);
    } else if (arrival instanceof Arrival.Passed passed
        && coverage.position(passed.partition()).isBefore(passed.offset(), 0)) {
      coverage.advance(passed.partition(), passed.offset(), 0);
    }
  }
}
