package dev.tidemill.schemas.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tidemill.schemas.Label;
import dev.tidemill.schemas.TrainingBatch;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Against a real registry with Confluent's REST API, whose base URL the system property or
 * environment variable {@code TIDEMILL_TEST_REGISTRY_URL} gives; skipped where neither is set.
 */
final class RegistryFormatIT {
  private static final String URL_NAME = "TIDEMILL_TEST_REGISTRY_URL";

  private final String topic = "it-" + UUID.randomUUID();
  private String url = "";

  @BeforeEach
  void findRegistry() {
    url =
        Optional.ofNullable(System.getProperty(URL_NAME))
            .or(() -> Optional.ofNullable(System.getenv(URL_NAME)))
            .orElse("");
    assumeTrue(!url.isEmpty(), URL_NAME + " is not set");
  }

  @Test
  void everyRecordIsWrittenAndReadThroughTheRegistry() {
    for (SpecificRecord record : Samples.all()) {
      String ofItsOwn = topic + "-" + record.getSchema().getName();
      byte[] bytes = new RegistryFormat(url).encode(ofItsOwn, record);
      assertThat(bytes[0]).isZero();
      Object read = new RegistryFormat(url).decode(ofItsOwn, bytes, record.getClass());
      assertThat(read).isEqualTo(record);
    }
  }

  @Test
  void bothFramingsOfOneTopicAreRead() {
    RegistryFormat format = new RegistryFormat(url);
    TrainingBatch batch = Samples.batch(2);
    for (WireFormat writer : List.of(format, new SingleObjectFormat())) {
      byte[] bytes = writer.encode(topic, batch);
      assertThat(format.decode(topic, bytes, TrainingBatch.class)).isEqualTo(batch);
    }
  }

  @Test
  void theSameSchemaKeepsItsId() {
    Label label = new Label("1", 2, List.of(), Instant.EPOCH);
    byte[] first = new RegistryFormat(url).encode(topic, label);
    assertThat(new RegistryFormat(url).encode(topic, label)).isEqualTo(first);
  }

  @Test
  void anIncompatibleSchemaIsRefusedWithAClearError() throws Exception {
    SchemaRegistry registry = new SchemaRegistry(url);
    String subject = topic + "-value";
    registry.register(subject, Label.getClassSchema());
    demandCompatibility(subject);
    Schema incompatible =
        SchemaBuilder.record("Label")
            .namespace("dev.tidemill.schemas")
            .fields()
            .requiredBytes("request_id")
            .requiredInt("colour")
            .endRecord();
    assertThatThrownBy(() -> registry.register(subject, incompatible))
        .isInstanceOf(RegistryException.class)
        .hasMessageContaining("refuses this version of Label")
        .hasMessageContaining(subject);
  }

  @Test
  void anIdThatTheRegistryDoesNotKnowIsMalformed() {
    byte[] bytes = {0, 0x7f, 0x12, 0x34, 0x56, 0};
    assertThatThrownBy(() -> new RegistryFormat(url).decode(topic, bytes, Label.class))
        .isInstanceOf(MalformedBytesException.class)
        .hasMessageContaining("knows no schema with the id 2131899478");
  }

  private void demandCompatibility(String subject) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url + "/config/" + subject))
            .header("Content-Type", "application/vnd.schemaregistry.v1+json")
            .PUT(HttpRequest.BodyPublishers.ofString("{\"compatibility\":\"FULL_TRANSITIVE\"}"))
            .build();
    HttpResponse<String> answer =
        HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }
}
