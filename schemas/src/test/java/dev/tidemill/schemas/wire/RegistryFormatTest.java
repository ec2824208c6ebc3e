package dev.tidemill.schemas.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemill.schemas.Label;
import dev.tidemill.schemas.Prediction;
import dev.tidemill.schemas.TrainingBatch;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;

final class RegistryFormatTest {
  private static final byte[] UNKNOWN_ID = {0, 0, 0, 0, 9, 1};

  private final ListedRegistry registry = new ListedRegistry();
  private final RegistryFormat format = format(Duration.ofSeconds(30));

  @Test
  void readsRecordsOfAnotherProcess() {
    for (SpecificRecord record : Samples.all()) {
      byte[] bytes = format.encode("t", record);
      RegistryFormat other = format(Duration.ofSeconds(30));
      assertThat((Object) other.decode("t", bytes, record.getClass())).isEqualTo(record);
    }
  }

  @Test
  void writesConfluentsFrame() {
    registry.schemas.add("\"string\"");
    byte[] bytes = format.encode("t", Samples.batch(1));
    assertThat(Arrays.copyOf(bytes, 5)).containsExactly(0, 0, 0, 0, 2);
    byte[] single = new SingleObjectFormat().encode("t", Samples.batch(1));
    assertThat(Arrays.copyOfRange(bytes, 5, bytes.length))
        .isEqualTo(Arrays.copyOfRange(single, 10, single.length));
  }

  @Test
  void registersSchemaOncePerTopicAndReadsItOnce() {
    byte[] bytes = format.encode("a", Samples.batch(1));
    assertThat(format.isWritable("a", TrainingBatch.getClassSchema())).isTrue();
    format.encode("a", Samples.batch(2));
    format.encode("b", Samples.batch(1));
    format.decode("a", bytes, TrainingBatch.class);
    format.decode("a", bytes, TrainingBatch.class);
    assertThat(registry.requests)
        .containsExactly("register a-value", "register b-value", "schema 1");
    assertThat(registry.schemas.get(0)).doesNotContain("avro.java.string").contains("default");
  }

  @Test
  void readsSingleObjectsWithoutTheRegistry() {
    byte[] single = new SingleObjectFormat().encode("t", Samples.batch(1));
    assertThat(format.isReadable(ByteBuffer.wrap(single))).isTrue();
    assertThat(format.decode("t", single, TrainingBatch.class)).isEqualTo(Samples.batch(1));
    assertThat(registry.requests).isEmpty();
  }

  @Test
  void rejectsHostileBytes() {
    byte[] good = format.encode("t", Samples.batch(1));
    malformed(UNKNOWN_ID, "no schema 9");
    malformed(new byte[] {0, 0, 0}, "has 3 bytes; a frame's header alone takes 5");
    malformed(new byte[] {5, 0, 0, 0, 0, 0}, "begins with 05 00");
    malformed(Arrays.copyOf(good, good.length - 1), "not a TrainingBatch");
    malformed(Arrays.copyOf(good, good.length + 1), "1 bytes are left");
    assertThatThrownBy(() -> format.decode("t", good, Label.class))
        .isInstanceOf(MalformedBytesException.class)
        .hasMessageContaining("is a TrainingBatch; expected a Label");
  }

  @Test
  void rejectsSchemaWithMissingRequiredField() {
    registry.schemas.add(
        "{\"type\":\"record\",\"name\":\"Prediction\",\"namespace\":\"dev.tidemill.schemas\","
            + "\"fields\":[{\"name\":\"model\",\"type\":\"string\"}]}");
    assertThatThrownBy(() -> format.decode("t", new byte[] {0, 0, 0, 0, 1, 0}, Prediction.class))
        .isInstanceOf(MalformedBytesException.class)
        .hasMessageContaining("missing required field");
  }

  @Test
  void rejectsUnparsableSchema() {
    registry.schemas.add("{\"type\":\"record\",\"name\":\"Needs\",\"fields\":[]");
    malformed(new byte[] {0, 0, 0, 0, 1, 0}, "schema 1 of the registry is not a self-contained");
  }

  /** Avro's parser throws exceptions other than its own for these. */
  @Test
  void rejectsSchemaThatBreaksTheParser() {
    registry.schemas.add("\"x\"");
    registry.schemas.add(
        "{\"type\":\"record\",\"name\":\"R\",\"fields\":"
            + "[{\"name\":\"a\",\"type\":\"int\",\"order\":\"bogus\"}]}");
    malformed(new byte[] {0, 0, 0, 0, 1, 0}, "schema 1 of the registry is not a self-contained");
    malformed(new byte[] {0, 0, 0, 0, 2, 0}, "schema 2 of the registry is not a self-contained");
    assertThat(format.isReadable(ByteBuffer.wrap(new byte[] {0, 0, 0, 0, 1, 0}))).isTrue();
  }

  @Test
  void rejectsTooDeeplyNestedRecursiveSchema() {
    registry.schemas.add(
        "{\"type\":\"record\",\"name\":\"TrainingBatch\",\"namespace\":\"dev.tidemill.schemas\","
            + "\"fields\":[{\"name\":\"deeper\",\"type\":[\"null\",\"TrainingBatch\"]}]}");
    byte[] bytes = new byte[5 << 20];
    Arrays.fill(bytes, (byte) 2);
    System.arraycopy(new byte[] {0, 0, 0, 0, 1}, 0, bytes, 0, 5);
    malformed(bytes, "not a TrainingBatch");
  }

  @Test
  void reportsRejectedSchema() {
    registry.rejects = true;
    assertThatThrownBy(() -> format.encode("t", Samples.batch(1)))
        .isInstanceOf(SchemaRejectedException.class)
        .hasMessage("a field was removed");
  }

  @Test
  void outageDoesNotMakeRecordsMalformed() {
    registry.down = true;
    RegistryFormat impatient = format(Duration.ofMillis(20));
    byte[] bytes = {0, 0, 0, 0, 1, 0};

    assertThat(impatient.isReadable(ByteBuffer.wrap(bytes))).isFalse();
    assertThat(impatient.isWritable("t", Label.getClassSchema())).isFalse();
    assertThatThrownBy(() -> impatient.decode("t", bytes, Label.class))
        .isInstanceOf(RegistryUnavailableException.class)
        .hasMessageContaining("the registry is down");
    assertThatThrownBy(() -> impatient.encode("t", Samples.batch(1)))
        .isInstanceOf(RegistryUnavailableException.class)
        .hasMessageContaining("the registry is down");
  }

  private RegistryFormat format(Duration timeout) {
    return new RegistryFormat(registry, timeout);
  }

  private void malformed(byte[] bytes, String why) {
    assertThatThrownBy(() -> format.decode("t", bytes, TrainingBatch.class))
        .isInstanceOf(MalformedBytesException.class)
        .hasMessageContaining(why);
  }
}
