package dev.tidemill.checkpoints;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostileTensorFileTest {
  @ParameterizedTest(name = "{1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[]                                                                     | not a JSON object",
        "{\"a\":1}                                                              | 'a' is not an object",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2]}}                              | has no data_offsets",
        "{\"a\":{\"dtype\":\"F16\",\"shape\":[4],\"data_offsets\":[0,8]}}       | dtype F16",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,9]}}       | claims bytes 0 to 9",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]}}       | claims bytes 8 to 0",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,8]}}       | 12 bytes, but 8",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]}}      | at most 16 integers",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2.0],\"data_offsets\":[0,8]}}     | at most 16 integers",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}       | fill 4 bytes",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}       | after a hole",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}} | inside the previous tensor",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904,4],\"data_offsets\":[0,8]}} | is too large",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[99999999999999999999],\"data_offsets\":[0,8]}} | not JSON",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},\"a\":{}} | Duplicate",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8],\"x\":1}} | unknown field 'x'",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[[[[[[2]]]]]],\"data_offsets\":[0,8]}} | at most 16 integers",
        "{\"__metadata__\":{\"a\":{}}}                                          | is not a string",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}} 1     | has content after",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}        | not JSON",
      })
  void rejectsAMalformedHeaderWithAReason(String json, String reason) {
    ByteBuffer file = TensorFiles.of(json, 8);
    assertThatThrownBy(() -> TensorHeader.of(file))
        .isInstanceOf(MalformedSafeTensorsException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void rejectsInvalidHeaderLengths() {
    for (long length : new long[] {-1, 0, 1, 17, 1L << 31, Long.MAX_VALUE, Long.MIN_VALUE}) {
      ByteBuffer file = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN).putLong(0, length);
      assertThatThrownBy(() -> TensorHeader.of(file))
          .isInstanceOf(MalformedSafeTensorsException.class)
          .hasMessageContaining(Long.toUnsignedString(length));
    }
  }

  @Test
  void rejectsEveryTruncation() {
    ByteBuffer file = SafeTensors.write(States.filled(States.ADAM), true);
    for (int end = 0; end < file.limit(); end++) {
      ByteBuffer cut = file.slice(0, end);
      assertThatThrownBy(() -> SafeTensors.read(cut))
          .isInstanceOf(MalformedSafeTensorsException.class);
    }
  }

  @Test
  void survivesTenThousandMutations() {
    ByteBuffer file = SafeTensors.write(States.filled(States.SGD), true);
    Random random = new Random(1);
    int refused = 0;
    for (int i = 0; i < 10_000; i++) {
      ByteBuffer mutated = ByteBuffer.allocate(file.limit()).put(file.duplicate()).flip();
      for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
        mutated.put(random.nextInt(mutated.limit()), (byte) random.nextInt(256));
      }
      try {
        SafeTensors.read(mutated);
      } catch (MalformedSafeTensorsException e) {
        refused++;
      } catch (RuntimeException e) {
        fail("mutation %d of seed 1 is refused by another exception".formatted(i), e);
      }
    }
    assertThat(refused).isGreaterThan(1000);
  }
}
