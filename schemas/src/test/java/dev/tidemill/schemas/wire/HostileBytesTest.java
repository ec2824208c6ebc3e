package dev.tidemill.schemas.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.tidemill.schemas.Prediction;
import dev.tidemill.schemas.PredictionRequest;
import dev.tidemill.schemas.Tensor;
import dev.tidemill.schemas.TrainingBatch;
import dev.tidemill.schemas.tensor.MalformedTensorException;
import dev.tidemill.schemas.tensor.Tensors;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;

/**
 * Untrusted bytes decode to a record or cause one defined exception, and never allocate out of
 * proportion.
 */
final class HostileBytesTest {
  private static final int MUTATIONS_OF_EACH = 8_000;

  /**
   * The most expensive entries are those of a map of short strings: a node of 32 bytes, its share
   * of a table and two strings. A record has at least 8 bytes for each such entry.
   */
  private static final long ALLOCATED_PER_ENTRY = 160;

  private static final long ALLOCATED_PER_BYTE = ALLOCATED_PER_ENTRY / EntryLimit.BYTES_PER_TEXT;

  /** The entries allowed in any record, plus an exception with its stack trace. */
  private static final long BASE_ALLOCATION = (16 << 10) + EntryLimit.TEXTS * ALLOCATED_PER_ENTRY;

  /** Entries of a batch without metadata: two sizes and two columns. */
  private static final int OTHER_ENTRIES = 4;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final SingleObjectFormat format = new SingleObjectFormat();
  private int decoded;
  private int malformedBytes;
  private int malformedTensors;

  @Test
  void mutatedBytesGiveRecordOrDefinedError() {
    Random random = new Random(20260101);
    for (SpecificRecord record : Samples.all()) {
      byte[] good = format.encode("t", record);
      warmUp(good, record.getClass());
      for (int i = 0; i < MUTATIONS_OF_EACH; i++) {
        Mutation mutation = Mutation.of(i);
        tryDecode(mutation.apply(good, random), record.getClass(), mutation + " " + i);
      }
    }
    assertThat(decoded).isPositive();
    assertThat(malformedBytes).isPositive();
    assertThat(malformedTensors).isPositive();
    assertThat(decoded + malformedBytes + malformedTensors)
        .isEqualTo(MUTATIONS_OF_EACH * Samples.all().size());
  }

  @Test
  void mutatedShapesGiveTensorOrDefinedError() throws IOException {
    Random random = new Random(20260102);
    warmUp(request(new long[] {1, 28, 28}, 784), PredictionRequest.class);
    int before = malformedTensors;
    for (int i = 0; i < 4_000; i++) {
      long[] shape = {1, 28, 28};
      shape[random.nextInt(shape.length)] = hostileSize(random);
      if (random.nextBoolean()) {
        shape[random.nextInt(shape.length)] = hostileSize(random);
      }
      tryDecode(request(shape, 784), PredictionRequest.class, Arrays.toString(shape));
    }
    assertThat(malformedTensors - before).isGreaterThan(3_900);
  }

  @Test
  void hugeDeclaredLengthAllocatesLittle() throws IOException {
    for (long length : new long[] {Integer.MAX_VALUE - 8, 1L << 31, Long.MAX_VALUE, -1}) {
      for (int field = 0; field < 4; field++) {
        byte[] bytes = requestDeclaring(length, field);
        warmUp(bytes, PredictionRequest.class);
        int before = malformedBytes;
        tryDecode(bytes, PredictionRequest.class, length + " in field " + field);
        assertThat(malformedBytes - before).as("%d in field %d", length, field).isEqualTo(1);
      }
    }
  }

  /** Without the limit, 2.7 million entries took 382 MB of heap. */
  @Test
  void rejectsMillionsOfEntriesBeforeDecodingThem() throws IOException {
    byte[] bytes = batchWithMetadata(2_700_000, 4 << 20);
    assertRejected(bytes, TrainingBatch.class, "metadata", EntryLimit.MAX_ENTRIES);
    assertThat(bytes).hasSizeGreaterThan(16_000_000);
  }

  @Test
  void rejectsTooManyEntriesForTheRecordSize() throws IOException {
    byte[] metadata = batchWithMetadata(20_000, 0);
    assertRejected(metadata, TrainingBatch.class, "metadata", limit(metadata));
    byte[] shape = request(new long[EntryLimit.MAX_ENTRIES + 1], 1);
    assertRejected(shape, PredictionRequest.class, "inputs.shape", EntryLimit.MAX_ENTRIES);
  }

  @Test
  void decodesRecordsAtTheLimit() throws IOException {
    byte[] bytes = batchWithMetadata(EntryLimit.MAX_ENTRIES - OTHER_ENTRIES, 4 << 20);
    warmUp(bytes, TrainingBatch.class);
    int before = decoded;
    tryDecode(bytes, TrainingBatch.class, "maximum number of entries");
    assertThat(decoded - before).isEqualTo(1);
    Prediction answer = Samples.prediction();
    answer.setOutputs(Collections.nCopies(250_000, 0.5f));
    assertThat(format.decode("t", format.encode("t", answer), Prediction.class).getOutputs())
        .hasSize(250_000);
  }

  private static int limit(byte[] bytes) {
    return EntryLimit.TEXTS
        + (bytes.length - SingleObjectFormat.HEAD_BYTES) / EntryLimit.BYTES_PER_TEXT;
  }

  private void assertRejected(
      byte[] bytes, Class<? extends SpecificRecord> type, String field, int limit) {
    assertThatThrownBy(() -> format.decode("t", bytes, type))
        .isInstanceOf(MalformedBytesException.class)
        .hasMessageContaining("up to the field " + field)
        .hasMessageEndingWith(" is " + limit);
    long before = THREADS.getCurrentThreadAllocatedBytes();
    assertThat(outcome(bytes, type)).isEqualTo(Outcome.MALFORMED_BYTES);
    assertThat(THREADS.getCurrentThreadAllocatedBytes() - before).isLessThan(1 << 20);
  }

  /** Returns a batch whose metadata has distinct entries of 4 to 7 bytes. */
  private byte[] batchWithMetadata(int entries, int inputBytes) throws IOException {
    TrainingBatch batch = Samples.batch(1);
    batch.setInputs(Tensors.uint8(new long[] {inputBytes}, new byte[inputBytes]));
    batch.setMetadata(Map.of());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] head = format.encode("t", batch);
    // The map comes last: its only byte is the end of its blocks.
    out.write(head, 0, head.length - 1);
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    encoder.writeLong(entries);
    for (int i = 0; i < entries; i++) {
      encoder.writeString(Integer.toString(i, Character.MAX_RADIX));
      encoder.writeString("v");
    }
    encoder.writeLong(0);
    encoder.flush();
    return out.toByteArray();
  }

  private void warmUp(byte[] bytes, Class<? extends SpecificRecord> type) {
    for (int i = 0; i < 20; i++) {
      outcome(bytes, type);
    }
  }

  private void tryDecode(byte[] bytes, Class<? extends SpecificRecord> type, String what) {
    long allowed = BASE_ALLOCATION + ALLOCATED_PER_BYTE * bytes.length;
    long before = THREADS.getCurrentThreadAllocatedBytes();
    Outcome outcome = outcome(bytes, type);
    long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
    if (allocated > allowed) {
      // The first run of a code path may allocate classes and call sites; measure again.
      before = THREADS.getCurrentThreadAllocatedBytes();
      assertThat(outcome(bytes, type)).isEqualTo(outcome);
      allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
    }
    assertThat(allocated)
        .as("%s: bytes allocated for %d bytes of input", what, bytes.length)
        .isLessThanOrEqualTo(allowed);
    switch (outcome) {
      case DECODED -> decoded++;
      case MALFORMED_BYTES -> malformedBytes++;
      case MALFORMED_TENSOR -> malformedTensors++;
    }
  }

  private enum Outcome {
    DECODED,
    MALFORMED_BYTES,
    MALFORMED_TENSOR
  }

  /** Any other exception fails the test. */
  private Outcome outcome(byte[] bytes, Class<? extends SpecificRecord> type) {
    try {
      SpecificRecord record = format.decode("t", bytes, type);
      if (record instanceof TrainingBatch batch) {
        Tensors.check(batch.getInputs());
        Tensors.check(batch.getLabels());
      } else if (record instanceof PredictionRequest request) {
        Tensors.check(request.getInputs());
      }
      return Outcome.DECODED;
    } catch (MalformedBytesException e) {
      return Outcome.MALFORMED_BYTES;
    } catch (MalformedTensorException e) {
      return Outcome.MALFORMED_TENSOR;
    }
  }

  private static long hostileSize(Random random) {
    return switch (random.nextInt(5)) {
      case 0 -> -1 - random.nextInt(1000);
      case 1 -> Long.MAX_VALUE - random.nextInt(1000);
      case 2 -> Long.MIN_VALUE + random.nextInt(1000);
      case 3 -> 1L << (29 + random.nextInt(34));
      default -> random.nextInt(1000);
    };
  }

  private byte[] request(long[] shape, int bytes) throws IOException {
    Tensor tensor = Tensors.uint8(new long[] {bytes}, new byte[bytes]);
    tensor.setShape(Arrays.stream(shape).boxed().toList());
    return format.encode("t", new PredictionRequest("17", tensor, null, java.time.Instant.EPOCH));
  }

  /** A PredictionRequest with a false length in one field: id, shape count, block size or data. */
  private static byte[] requestDeclaring(long length, int field) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    encoder.writeLong(field == 0 ? length : 0);
    encoder.writeIndex(1);
    encoder.writeEnum(0);
    if (field == 1) {
      encoder.writeLong(length);
    }
    if (field == 2) {
      encoder.writeLong(-1);
      encoder.writeLong(length);
    }
    encoder.writeLong(0);
    encoder.writeLong(field == 3 ? length : 0);
    encoder.writeDouble(1);
    encoder.writeDouble(0);
    encoder.writeIndex(0);
    encoder.writeLong(0);
    encoder.flush();
    return SingleObjects.frame(PredictionRequest.getClassSchema(), out.toByteArray());
  }

  /** A way to damage valid bytes. */
  private enum Mutation {
    TRUNCATE {
      @Override
      byte[] apply(byte[] good, Random random) {
        return Arrays.copyOf(good, random.nextInt(good.length));
      }
    },
    FLIP_A_BIT {
      @Override
      byte[] apply(byte[] good, Random random) {
        byte[] bytes = good.clone();
        bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        return bytes;
      }
    },
    FLIP_A_BIT_NEAR_THE_BEGINNING {
      @Override
      byte[] apply(byte[] good, Random random) {
        byte[] bytes = good.clone();
        int at = SingleObjectFormat.HEAD_BYTES + random.nextInt(Math.min(60, good.length - 10));
        bytes[at] ^= (byte) (1 << random.nextInt(8));
        return bytes;
      }
    },
    FLIP_THE_FINGERPRINT {
      @Override
      byte[] apply(byte[] good, Random random) {
        byte[] bytes = good.clone();
        bytes[2 + random.nextInt(8)] ^= (byte) (1 << random.nextInt(8));
        return bytes;
      }
    },
    /** Replaces a byte with a varint of up to ten bytes, mostly huge. */
    BLOW_UP_A_NUMBER {
      @Override
      byte[] apply(byte[] good, Random random) {
        int at = SingleObjectFormat.HEAD_BYTES + random.nextInt(good.length - 10);
        if (random.nextBoolean()) {
          at = SingleObjectFormat.HEAD_BYTES + random.nextInt(Math.min(60, good.length - 10));
        }
        byte[] varint = new byte[1 + random.nextInt(10)];
        random.nextBytes(varint);
        for (int i = 0; i < varint.length - 1; i++) {
          varint[i] |= (byte) 0x80;
        }
        varint[varint.length - 1] &= 0x7f;
        ByteBuffer bytes = ByteBuffer.allocate(good.length - 1 + varint.length);
        return bytes.put(good, 0, at).put(varint).put(good, at + 1, good.length - at - 1).array();
      }
    },
    APPEND {
      @Override
      byte[] apply(byte[] good, Random random) {
        return Arrays.copyOf(good, good.length + 1 + random.nextInt(100));
      }
    },
    NOISE {
      @Override
      byte[] apply(byte[] good, Random random) {
        byte[] bytes = Arrays.copyOf(good, SingleObjectFormat.HEAD_BYTES + random.nextInt(300));
        for (int i = SingleObjectFormat.HEAD_BYTES; i < bytes.length; i++) {
          bytes[i] = (byte) random.nextInt(random.nextBoolean() ? 8 : 256);
        }
        return bytes;
      }
    };

    private static final List<Mutation> ALL = List.of(values());

    static Mutation of(int i) {
      return ALL.get(i % ALL.size());
    }

    abstract byte[] apply(byte[] good, Random random);
  }
}
