package dev.tidemill.schemas.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemill.schemas.PredictionRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.Test;

final class NamedValuesTest {
  private static final NameIndex INDEX = new NameIndex(List.of("a", "b", "länge"));

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);

  @Test
  void readsEntriesInTheirOrder() throws IOException {
    encoder.writeLong(5);
    number("b", -0.5);
    text("länge", "grün");
    flag("a", true);
    none("");
    flag("c", false);
    encoder.writeLong(0);
    NamedValues values = read();
    assertThat(values.entries()).isEqualTo(5);
    assertThat(values.name(1)).isEqualTo("länge");
    assertThat(values.isNumber(0)).isTrue();
    assertThat(values.number(0)).isEqualTo(-0.5);
    assertThat(values.value(0)).isEqualTo(-0.5);
    assertThat(values.isNumber(1)).isFalse();
    assertThat(values.value(1)).isEqualTo("grün");
    assertThat(values.value(2)).isEqualTo(true);
    assertThat(values.value(3)).isNull();
    assertThat(values.value(4)).isEqualTo(false);
  }

  @Test
  void findsNamesWhateverIsGuessed() throws IOException {
    encoder.writeLong(4);
    none("länge");
    none("a");
    none("ab");
    none("");
    encoder.writeLong(0);
    NamedValues values = read();
    for (int guess = -1; guess <= 3; guess++) {
      assertThat(values.find(0, INDEX, guess)).isEqualTo(2);
      assertThat(values.find(1, INDEX, guess)).isZero();
      assertThat(values.find(2, INDEX, guess)).isEqualTo(-1);
      assertThat(values.find(3, INDEX, guess)).isEqualTo(-1);
    }
    assertThat(values.find(0, new NameIndex(List.of()), 0)).isEqualTo(-1);
  }

  @Test
  void findsNamesOfEqualHash() throws IOException {
    encoder.writeLong(3);
    none("BB");
    none("Aa");
    none("C#");
    encoder.writeLong(0);
    NamedValues values = read();
    NameIndex index = new NameIndex(List.of("Aa", "BB"));
    assertThat(values.find(0, index, -1)).isEqualTo(1);
    assertThat(values.find(1, index, -1)).isZero();
    assertThat(values.find(2, index, -1)).isEqualTo(-1);
  }

  @Test
  void isUnmodifiableMapInWhichTheLastEntryOfANameCounts() throws IOException {
    encoder.writeLong(3);
    number("a", 1);
    none("b");
    text("a", "x");
    encoder.writeLong(0);
    NamedValues values = read();
    Map<String, Object> expected = new HashMap<>(Map.of("a", "x"));
    expected.put("b", null);
    assertThat(values.entries()).isEqualTo(3);
    assertThat(values).isEqualTo(expected).hasSize(2).containsKey("b").doesNotContainKey("c");
    assertThat(values.get("a")).isEqualTo("x");
    assertThatThrownBy(values::clear).isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void readsBlocksWithAndWithoutSizes() throws IOException {
    encoder.writeLong(-1);
    encoder.writeLong(11);
    number("a", 1);
    for (int i = 0; i < 100; i++) {
      encoder.writeLong(1);
      flag("b" + i, i % 2 == 0);
    }
    encoder.writeLong(0);
    NamedValues values = read();
    assertThat(values.entries()).isEqualTo(101);
    assertThat(values.get("a")).isEqualTo(1.0);
    assertThat(values.get("b99")).isEqualTo(false);
    assertThat(values.heapBytes()).isBetween(101 * 17L, 202 * 17L);
  }

  @Test
  void isWhatTheFormatsDecode() {
    PredictionRequest request =
        new PredictionRequest("1", null, Map.of("a", 1.5, "b", "x"), Instant.EPOCH);
    SingleObjectFormat format = new SingleObjectFormat();
    byte[] encoded = format.encode("t", request);
    ByteBuffer within = ByteBuffer.allocate(encoded.length + 7).position(7).put(encoded).flip();
    PredictionRequest decoded = format.decode("t", within.position(7), PredictionRequest.class);
    assertThat(decoded).isEqualTo(request);
    assertThat(decoded.getValues()).isInstanceOf(NamedValues.class);
    assertThat(format.encode("t", decoded)).hasSameSizeAs(encoded);
  }

  @Test
  void rejectsNamesAndTextsThatAreNotUtf8() throws IOException {
    encoder.writeLong(1);
    encoder.writeBytes(new byte[] {'a', (byte) 0xc3});
    encoder.writeIndex(0);
    encoder.writeLong(0);
    assertThatThrownBy(this::read).hasMessage("a string is not UTF-8");
    bytes.reset();
    encoder.writeLong(1);
    encoder.writeString("a");
    encoder.writeIndex(2);
    encoder.writeBytes(new byte[] {(byte) 0xff});
    encoder.writeLong(0);
    assertThatThrownBy(this::read).hasMessage("a string is not UTF-8");
  }

  @Test
  void rejectsTooManyEntries() throws IOException {
    for (int i = 0; i <= 5000; i++) {
      encoder.writeLong(1);
      none("");
    }
    encoder.writeLong(0);
    assertThatThrownBy(this::read)
        .isInstanceOf(MalformedBytesException.class)
        .hasMessageContaining("up to the field values");
  }

  private NamedValues read() throws IOException {
    return NamedValues.read(new BoundedDecoder(ByteBuffer.wrap(bytes.toByteArray())));
  }

  private void none(String name) throws IOException {
    encoder.writeString(name);
    encoder.writeIndex(0);
  }

  private void number(String name, double value) throws IOException {
    encoder.writeString(name);
    encoder.writeIndex(1);
    encoder.writeDouble(value);
  }

  private void text(String name, String value) throws IOException {
    encoder.writeString(name);
    encoder.writeIndex(2);
    encoder.writeString(value);
  }

  private void flag(String name, boolean value) throws IOException {
    encoder.writeString(name);
    encoder.writeIndex(3);
    encoder.writeBoolean(value);
  }
}
