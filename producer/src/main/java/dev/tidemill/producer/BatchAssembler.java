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

/** Assembles samples into batch records, numbered from a start position. One thread. */
final class BatchAssembler {
  /** Topics accept records of 16 MiB; this leaves room for the labels and other fields. */
  private static final long MAX_BYTES = 15L << 20;

  private final SourceDescription source;
  private final int fullSize;
  private final Clock clock;
  private final List<Sample> samples = new ArrayList<>();
  private SourcePosition position;

  /**
   * @param size number of samples in a full record
   */
  BatchAssembler(SourceDescription source, int size, SourcePosition position, Clock clock) {
    this.source = source;
    this.fullSize = size;
    this.position = position;
    this.clock = clock;
  }

  /** Whether a sample has the dtype, shape and label form of the samples added so far. */
  boolean fits(Sample sample) {
    return samples.isEmpty() || alike(samples.get(0), sample);
  }

  private static boolean alike(Sample a, Sample b) {
    return a.dtype() == b.dtype()
        && a.shape().equals(b.shape())
        && LabelForm.of(a.label()).equals(LabelForm.of(b.label()));
  }

  /**
   * Adds a sample for which {@link #fits} is true.
   *
   * @throws MalformedSampleException if the sample has no label
   * @throws UnusableSourceException if the record becomes too large for its topic
   */
  void add(Sample sample) {
    if (sample.label() == null) {
      throw new MalformedSampleException(
          source.key() + ": sample " + sample.index() + " has no label");
    }
    requireRoom(sample);
    samples.add(sample);
  }

  private void requireRoom(Sample sample) {
    int sampleBytes = sample.data().remaining();
    long bytes = (samples.size() + 1L) * sampleBytes;
    if (bytes > MAX_BYTES) {
      throw new UnusableSourceException(
          source.key()
              + ": a record of "
              + (samples.size() + 1)
              + " samples has "
              + bytes
              + " bytes; the limit is "
              + MAX_BYTES
              + "; "
              + (sampleBytes > MAX_BYTES
                  ? "one sample is too large for any record"
                  : "set "
                      + SendSettings.BATCH_SAMPLES
                      + " to "
                      + MAX_BYTES / sampleBytes
                      + " or less"));
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

  /** The position after the last record built. */
  SourcePosition position() {
    return position;
  }

  /** Builds a record from the samples added, at least one, and starts the next record. */
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

  private List<Long> shape(List<Long> sampleShape) {
    List<Long> shape = new ArrayList<>();
    shape.add((long) samples.size());
    shape.addAll(sampleShape);
    return shape;
  }

  private Tensor labels() {
    LabelForm form = LabelForm.of(samples.get(0).label());
    List<Long> labelShape = form.width() == 0 ? List.of() : List.of((long) form.width());
    return tensor(form.dtype(), shape(labelShape), form.bytes(samples));
  }

  private static Tensor tensor(DType dtype, List<Long> shape, ByteBuffer data) {
    return Tensor.newBuilder().setDtype(dtype).setShape(shape).setData(data).build();
  }
}
