package dev.tidemill.producer;

import dev.tidemill.producer.source.Sample;
import dev.tidemill.producer.source.UnusableSourceException;
import dev.tidemill.schemas.DType;
import dev.tidemill.schemas.Tensor;
import dev.tidemill.schemas.TrainingBatch;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** Assembles samples into batch records, numbered from a start position. One thread. */
final class BatchAssembler {
  /** Topics accept records of 16 MiB; this leaves room for the labels and other fields. */
  private static final long MAX_BYTES = 15L << 20;

  private final String source;
  private final int fullSize;
  private final boolean resumes;
  private final Clock clock;
  private final List<Sample> samples = new ArrayList<>();
  private @Nullable SentDigest digest;
  private @Nullable SentDigest digestBefore;
  private final List<ProducerRecord<byte[], byte[]>> letters = new ArrayList<>();
  private SourcePosition position;
  private long next;
  private int contract;

  /**
   * @param source the source's key
   * @param size number of samples in a full record
   * @param resumes whether a later run continues after the last record
   * @param digest the digest of the samples before the position; null if none is to be committed
   */
  BatchAssembler(
      String source,
      int size,
      boolean resumes,
      SourcePosition position,
      @Nullable SentDigest digest,
      Clock clock) {
    this.source = source;
    this.fullSize = size;
    this.resumes = resumes;
    this.position = position;
    this.next = position.samples();
    this.digest = digest;
    this.digestBefore = digest == null ? null : digest.copy();
    this.clock = clock;
  }

  /** Sets the version of the contract that the next samples were prepared with. */
  void use(int contractVersion) {
    if (!samples.isEmpty()) {
      throw new IllegalStateException("a record has one contract");
    }
    contract = contractVersion;
  }

  /** Returns to the position before a record that was not written after all. */
  void rewind(AssembledBatch unwritten) {
    position = unwritten.before();
    next = position.samples();
    digest = digestBefore == null ? null : digestBefore.copy();
  }

  /** Passes over a sample that is in no record. */
  void leaveOut(Sample raw, ProducerRecord<byte[], byte[]> letter) {
    read(raw);
    letters.add(letter);
  }

  private void read(Sample raw) {
    next = raw.index() + 1;
    if (digest != null) {
      digest.add(raw);
    }
  }

  /**
   * Adds a sample.
   *
   * @param raw the sample as the source has it
   * @param sample the same, prepared with the contract
   * @throws UnusableSourceException if the record becomes too large for its topic
   */
  void add(Sample raw, Sample sample) {
    requireRoom(sample);
    read(raw);
    samples.add(sample);
  }

  private void requireRoom(Sample sample) {
    int sampleBytes = sample.data().remaining();
    long bytes = (samples.size() + 1L) * sampleBytes;
    if (bytes > MAX_BYTES) {
      throw new UnusableSourceException(
          source
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

  /** Whether the record is full, or so many samples are in none that they should not wait. */
  boolean isFull() {
    return samples.size() >= fullSize || letters.size() >= fullSize;
  }

  /** Whether there is anything to send. */
  boolean hasRest() {
    return !samples.isEmpty() || !letters.isEmpty();
  }

  /** Builds a record from the samples added, and starts the next record. */
  AssembledBatch build() {
    SourcePosition before = position;
    int count = samples.size();
    String sent = digest == null ? "" : digest.text();
    TrainingBatch batch = count == 0 ? null : batch(sent);
    position = new SourcePosition(before.records() + (count == 0 ? 0 : 1), next, sent);
    AssembledBatch built = new AssembledBatch(batch, count, List.copyOf(letters), before, position);
    samples.clear();
    letters.clear();
    return built;
  }

  /** Called when a record was sent, so that it is not rewound any more. */
  void sent() {
    digestBefore = digest == null ? null : digest.copy();
  }

  private TrainingBatch batch(String sent) {
    return TrainingBatch.newBuilder()
        .setSource(source)
        .setSequence(position.records())
        .setFirstSample(samples.get(0).index())
        .setInputs(inputs())
        .setLabels(labels())
        .setWeights(weights())
        .setCreatedAt(clock.instant())
        .setContract(contract)
        .setNextSample(resumes ? next : 0)
        .setDigest(sent)
        .build();
  }

  /** The samples' weights; null if all count the same. */
  private @Nullable Tensor weights() {
    if (samples.stream().allMatch(sample -> weight(sample) == 1)) {
      return null;
    }
    ByteBuffer data =
        ByteBuffer.allocate(samples.size() * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    samples.forEach(sample -> data.putFloat((float) weight(sample)));
    return tensor(DType.FLOAT32, shape(List.of()), data.flip());
  }

  private static double weight(Sample sample) {
    Double weight = sample.origin().weight();
    return weight == null ? 1 : weight;
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
