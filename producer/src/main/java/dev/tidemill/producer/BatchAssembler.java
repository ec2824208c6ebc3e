package dev.tidemill.producer;

import dev.tidemill.producer.source.MalformedSampleException;
import dev.tidemill.producer.source.Sample;
import dev.tidemill.producer.source.SourceDescription;
import dev.tidemill.producer.source.UnusableSourceException;
import dev.tidemill.schemas.DType;
import dev.tidemill.schemas.Tensor;
import dev.tidemill.schemas.TrainingBatch;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/** Puts samples together to batch records, numbered on from a position. One thread. */
final class BatchAssembler {
  /** Topics take records of 16 MiB; the labels and the rest need some of that. */
  private static final long MOST_BYTES = 15L << 20;

  private final SourceDescription source;
  private final int fullSize;
  private final Clock clock;
  private final List<Sample> samples = new ArrayList<>();
  private SourcePosition position;

  /**
   * @param size samples in a full record
   */
  BatchAssembler(SourceDescription source, int size, SourcePosition position, Clock clock) {
    this.source = source;
    this.fullSize = size;
    this.position = position;
    this.clock = clock;
  }

  /** Whether a sample can stand beside those that are there: same type, shape, kind of label. */
  boolean fits(Sample sample) {
    return samples.isEmpty() || alike(samples.get(0), sample);
  }

  private static boolean alike(Sample a, Sample b) {
    return a.dtype() == b.dtype()
        && a.shape().equals(b.shape())
        && LabelForm.of(a.truth()).equals(LabelForm.of(b.truth()));
  }

  /**
   * Adds a sample that fits.
   *
   * @throws MalformedSampleException if it has no label
   * @throws UnusableSourceException if the record gets larger than one that a topic takes
   */
  void add(Sample sample) {
    if (sample.truth() == null) {
      throw new MalformedSampleException(
          source.key() + ": sample " + sample.place() + " has no label to learn from");
    }
    requireRoom(sample);
    samples.add(sample);
  }

  private void requireRoom(Sample sample) {
    int of = sample.data().remaining();
    long bytes = (samples.size() + 1L) * of;
    if (bytes > MOST_BYTES) {
      throw new UnusableSourceException(
          source.key()
              + ": a record of "
              + (samples.size() + 1)
              + " samples has "
              + bytes
              + " bytes, more than the "
              + MOST_BYTES
              + " that a topic takes; "
              + (of > MOST_BYTES
                  ? "one sample is too large for any record"
                  : "set " + SendSettings.BATCH_SAMPLES + " to " + MOST_BYTES / of + " or fewer"));
    }
  }

  boolean isEmpty() {
    return samples.isEmpty();
  }

  int size() {
    return samples.size();
  }

  boolean isFull() {
    return samples.size() >= fullSize;
  }

  /** The position behind all that was built. */
  SourcePosition position() {
    return position;
  }

  /** A record of the samples that are there, at least one; begins the next. */
  TrainingBatch build() {
    TrainingBatch batch =
        TrainingBatch.newBuilder()
            .setSource(source.key())
            .setSequence(position.records())
            .setFirstSample(position.samples())
            .setInputs(inputs())
            .setLabels(labels())
            .setCreatedAt(clock.instant())
            .setStandardization(source.standardization())
            .setMetadata(source.metadata())
            .build();
    position = new SourcePosition(position.records() + 1, position.samples() + samples.size());
    samples.clear();
    return batch;
  }

  private Tensor inputs() {
    Sample first = samples.get(0);
    ByteBuffer data = ByteBuffer.allocate(samples.size() * first.data().remaining());
    samples.forEach(sample -> data.put(sample.data().duplicate()));
    return tensor(first.dtype(), shape(first.shape()), data.flip());
  }

  private List<Long> shape(List<Long> ofOne) {
    List<Long> shape = new ArrayList<>();
    shape.add((long) samples.size());
    shape.addAll(ofOne);
    return shape;
  }

  private Tensor labels() {
    LabelForm form = LabelForm.of(samples.get(0).truth());
    List<Long> ofOne = form.width() == 0 ? List.of() : List.of((long) form.width());
    return tensor(form.dtype(), shape(ofOne), form.bytes(samples));
  }

  private static Tensor tensor(DType dtype, List<Long> shape, ByteBuffer data) {
    return Tensor.newBuilder().setDtype(dtype).setShape(shape).setData(data).build();
  }
}
