package dev.tidemill.schemas.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
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
import java.util.List;
import java.util.Random;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;

/**
 * Bytes that a stranger wrote: whatever they are, either a record or one named error comes of them,
 * and never an allocation out of proportion.
 */
final class HostileBytesTest {
  private static final int MUTATIONS_OF_EACH = 8_000;

  /**
   * The costliest honest bytes are maps of empty strings: 2 bytes an entry, for which Java takes an
   * entry of 32 bytes, its share of a table and two strings.
   */
  private static final long ALLOCATED_PER_BYTE = 100;

  /** A record and an exception with its stack trace take that much whatever the input is. */
  private static final long ALLOCATED_ANYWAY = 16 << 10;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final SingleObjectFormat format = new SingleObjectFormat();
  private int decoded;
  private int malformedBytes;
  private int malformedTensors;

  @Test
  void everyMutationIsARecordOrOneNamedError() {
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
  void everyMutatedShapeIsATensorOrOneNamedError() throws IOException {
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
  void aLengthOfTwoGigabytesAllocatesNothingOfThatSize() throws IOException {
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

  private void warmUp(byte[] bytes, Class<? extends SpecificRecord> type) {
    for (int i = 0; i < 20; i++) {
      outcome(bytes, type);
    }
  }

  private void tryDecode(byte[] bytes, Class<? extends SpecificRecord> type, String what) {
    long allowed = ALLOCATED_ANYWAY + ALLOCATED_PER_BYTE * bytes.length;
    long before = THREADS.getCurrentThreadAllocatedBytes();
    Outcome outcome = outcome(bytes, type);
    long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
    if (allocated > allowed) {
      // What a JVM allocates when it first comes along a path (classes, call sites) is not meant.
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

  /** Any other exception ends the test. */
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
    return format.encode("t", new PredictionRequest("17", tensor, java.time.Instant.EPOCH));
  }

  /** A PredictionRequest whose field'th length (id, shape count, block size, data) is a lie. */
  private static byte[] requestDeclaring(long length, int field) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    encoder.writeLong(field == 0 ? length : 0);
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
    encoder.writeLong(0);
    encoder.flush();
    return SingleObjects.frame(PredictionRequest.getClassSchema(), out.toByteArray());
  }

  /** One way to spoil good bytes. */
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
    /** A varint of up to ten bytes, mostly huge, where something else stood. */
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
