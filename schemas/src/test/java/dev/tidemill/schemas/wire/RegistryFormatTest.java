package dev.tidemill.schemas.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemill.schemas.Label;
import dev.tidemill.schemas.Prediction;
import dev.tidemill.schemas.TrainingBatch;
import java.io.IOException;
import java.util.Arrays;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class RegistryFormatTest {
  private FakeRegistry registry;
  private RegistryFormat format;

  @BeforeEach
  void start() throws IOException {
    registry = new FakeRegistry();
    format = new RegistryFormat(registry.url() + "/");
  }

  @AfterEach
  void stop() {
    registry.close();
  }

  @Test
  void whatIsWrittenIsReadByAnotherProcess() {
    for (SpecificRecord record : Samples.all()) {
      byte[] bytes = format.encode("t", record);
      RegistryFormat other = new RegistryFormat(registry.url());
      assertThat((Object) other.decode("t", bytes, record.getClass())).isEqualTo(record);
    }
  }

  @Test
  void theFrameIsConfluents() {
    registry.schemas.add("\"string\"");
    byte[] bytes = format.encode("t", Samples.batch(1));
    assertThat(Arrays.copyOf(bytes, 5)).containsExactly(0, 0, 0, 0, 2);
    byte[] single = new SingleObjectFormat().encode("t", Samples.batch(1));
    assertThat(Arrays.copyOfRange(bytes, 5, bytes.length))
        .isEqualTo(Arrays.copyOfRange(single, 10, single.length));
  }

  @Test
  void aSchemaIsRegisteredOnceForEachTopicAndReadOnce() {
    byte[] bytes = format.encode("a", Samples.batch(1));
    format.encode("a", Samples.batch(2));
    format.encode("b", Samples.batch(1));
    format.decode("a", bytes, TrainingBatch.class);
    format.decode("a", bytes, TrainingBatch.class);
    assertThat(registry.requests)
        .containsExactly(
            "POST /subjects/a-value/versions",
            "POST /subjects/b-value/versions",
            "GET /schemas/ids/1");
    assertThat(registry.schemas.get(0)).doesNotContain("avro.java.string").contains("default");
  }

  @Test
  void singleObjectsAreReadWithoutAskingTheRegistry() {
    byte[] single = new SingleObjectFormat().encode("t", Samples.batch(1));
    assertThat(format.decode("t", single, TrainingBatch.class)).isEqualTo(Samples.batch(1));
    assertThat(registry.requests).isEmpty();
  }

  @Test
  void hostileBytesAreMalformed() {
    byte[] good = format.encode("t", Samples.batch(1));
    malformed(new byte[] {0, 0, 0, 0, 9, 1}, "knows no schema with the id 9");
    malformed(new byte[] {0, 0, 0}, "3 bytes are too few");
    malformed(new byte[] {5, 0, 0, 0, 0, 0}, "begins with 05 00");
    malformed(Arrays.copyOf(good, good.length - 1), "not a TrainingBatch");
    malformed(Arrays.copyOf(good, good.length + 1), "1 bytes are left");
    assertThatThrownBy(() -> format.decode("t", good, Label.class))
        .isInstanceOf(MalformedBytesException.class)
        .hasMessageContaining("holds a TrainingBatch where a Label is wanted");
  }

  @Test
  void aSchemaWithoutAFieldThatHasNoDefaultIsMalformed() {
    registry.schemas.add(
        "{\"type\":\"record\",\"name\":\"Prediction\",\"namespace\":\"dev.tidemill.schemas\","
            + "\"fields\":[{\"name\":\"model\",\"type\":\"string\"}]}");
    assertThatThrownBy(() -> format.decode("t", new byte[] {0, 0, 0, 0, 1, 0}, Prediction.class))
        .isInstanceOf(MalformedBytesException.class)
        .hasMessageContaining("missing required field");
  }

  @Test
  void anIncompatibleSchemaIsRefusedInTheRegistrysWords() {
    registry.refuse();
    assertThatThrownBy(() -> format.encode("t", Samples.batch(1)))
        .isInstanceOf(RegistryException.class)
        .hasMessageContaining("refuses this version of TrainingBatch")
        .hasMessageContaining("subject t-value: a field went away");
  }

  @Test
  void aRegistryThatDoesNotAnswerIsNamed() {
    registry.close();
    assertThatThrownBy(() -> format.encode("t", Samples.batch(1)))
        .isInstanceOf(RegistryException.class)
        .hasMessageContaining(registry.url())
        .hasMessageContaining("gave no answer");
  }

  @Test
  void aUrlThatIsNoneIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RegistryFormat("localhost:8081"))
        .withMessageContaining("schema.registry.url=\"localhost:8081\"");
  }

  private void malformed(byte[] bytes, String why) {
    assertThatThrownBy(() -> format.decode("t", bytes, TrainingBatch.class))
        .isInstanceOf(MalformedBytesException.class)
        .hasMessageContaining(why);
  }
}
