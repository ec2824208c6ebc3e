package dev.tidemill.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tidemill.messaging.KafkaSettings;
import dev.tidemill.messaging.ProtocolSettings;
import dev.tidemill.messaging.RegistrySettings;
import dev.tidemill.runtime.Settings;
import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.schemas.CheckpointChunk;
import dev.tidemill.schemas.ControlEvent;
import dev.tidemill.schemas.DeadLetter;
import dev.tidemill.schemas.Label;
import dev.tidemill.schemas.Prediction;
import dev.tidemill.schemas.PredictionRequest;
import dev.tidemill.schemas.ProgressEvent;
import dev.tidemill.schemas.TrainingBatch;
import dev.tidemill.schemas.wire.MalformedBytesException;
import dev.tidemill.schemas.wire.RegistryUnavailableException;
import dev.tidemill.schemas.wire.SchemaRejectedException;
import dev.tidemill.schemas.wire.SingleObjectFormat;
import dev.tidemill.schemas.wire.WireFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecord;
import org.apache.avro.util.RandomData;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Tests against a real registry with Confluent's REST API. The system property or environment
 * variable {@code TIDEMILL_TEST_REGISTRY_URL} sets its base URL; the test is skipped without it.
 */
final class RegistryFormatIT {
  private static final String URL_NAME = "TIDEMILL_TEST_REGISTRY_URL";
  private static final List<Class<? extends SpecificRecord>> RECORDS =
      List.of(
          TrainingBatch.class,
          Checkpoint.class,
          CheckpointChunk.class,
          PredictionRequest.class,
          Prediction.class,
          Label.class,
          ProgressEvent.class,
          ControlEvent.class,
          DeadLetter.class);
  private static final Label LABEL = new Label("1", 2, List.of(), Instant.EPOCH);

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
  void roundTripsEveryRecordThroughTheRegistry() throws IOException {
    for (Class<? extends SpecificRecord> type : RECORDS) {
      SpecificRecord record = random(type);
      String ownTopic = topic + "-" + type.getSimpleName();
      byte[] bytes = format().encode(ownTopic, record);
      assertThat(bytes[0]).isZero();
      assertThat((Object) format().decode(ownTopic, bytes, type)).isEqualTo(record);
    }
  }

  @Test
  void readsBothFramesFromOneTopic() {
    WireFormat format = format();
    for (WireFormat writer : List.of(format, new SingleObjectFormat())) {
      byte[] bytes = writer.encode(topic, LABEL);
      assertThat(format.decode(topic, bytes, Label.class)).isEqualTo(LABEL);
    }
  }

  @Test
  void sameSchemaKeepsItsId() {
    byte[] first = format().encode(topic, LABEL);
    assertThat(format().encode(topic, LABEL)).isEqualTo(first);
  }

  @Test
  void reportsRejectedIncompatibleSchema() throws Exception {
    HttpSchemaRegistry registry = new HttpSchemaRegistry(settings(Map.of()));
    String subject = topic + "-value";
    registry.register(subject, Label.getClassSchema().toString()).get();
    requireCompatibility(subject);
    String incompatible =
        "{\"type\":\"record\",\"name\":\"Label\",\"namespace\":\"dev.tidemill.schemas\","
            + "\"fields\":[{\"name\":\"request_id\",\"type\":\"bytes\"},"
            + "{\"name\":\"color\",\"type\":\"int\"}]}";
    assertThatThrownBy(() -> registry.register(subject, incompatible).get())
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOf(SchemaRejectedException.class)
        .hasMessageContaining("rejects the schema for subject " + subject);
  }

  @Test
  void rejectsUnknownId() {
    byte[] bytes = {0, 0x7f, 0x12, 0x34, 0x56, 0};
    assertThatThrownBy(() -> format().decode(topic, bytes, Label.class))
        .isInstanceOf(MalformedBytesException.class)
        .hasMessageContaining("has no schema with the id 2131899478");
  }

  @Test
  void rejectsSchemaWithReferences() throws Exception {
    post(
        "/subjects/" + topic + "-base/versions",
        "{\"schema\":\"{\\\"type\\\":\\\"enum\\\",\\\"name\\\":\\\"Kind\\\","
            + "\\\"symbols\\\":[\\\"A\\\"]}\"}");
    String id =
        post(
            "/subjects/" + topic + "-user/versions",
            "{\"schema\":\"{\\\"type\\\":\\\"record\\\",\\\"name\\\":\\\"Label\\\",\\\"fields\\\":"
                + "[{\\\"name\\\":\\\"kind\\\",\\\"type\\\":\\\"Kind\\\"}]}\","
                + "\"references\":[{\"name\":\"Kind\",\"subject\":\""
                + topic
                + "-base\",\"version\":1}]}");
    int number = Integer.parseInt(id.replaceAll("\\D", ""));
    byte[] bytes = ByteBuffer.allocate(6).put((byte) 0).putInt(number).array();
    assertThatThrownBy(() -> format().decode(topic, bytes, Label.class))
        .isInstanceOf(MalformedBytesException.class)
        .hasMessageContaining("has references to other schemas");
  }

  @Test
  void wrongUrlPathDoesNotMakeRecordsMalformed() {
    URI root = URI.create(url);
    String withoutPath = root.getScheme() + "://" + root.getAuthority();
    HttpSchemaRegistry registry =
        new HttpSchemaRegistry(settings(Map.of(RegistrySettings.URL, withoutPath)));
    assertThatThrownBy(() -> registry.schema(2131899478).get())
        .cause()
        .isInstanceOf(RegistryUnavailableException.class)
        .hasMessageContaining("check schema.registry.url");
  }

  @Test
  void roundTripsRecordsWithUserAndPassword() throws IOException {
    try (PasswordProxy proxy = new PasswordProxy(url, "mill", "p\u00e4ss:word")) {
      Settings settings = check(through(proxy, "mill:p\u00e4ss:word"));
      byte[] bytes = ProtocolSettings.from(settings).wireFormat().encode(topic, LABEL);
      WireFormat another = ProtocolSettings.from(settings).wireFormat();
      assertThat(another.decode(topic, bytes, Label.class)).isEqualTo(LABEL);
      assertThat(format().decode(topic, bytes, Label.class)).isEqualTo(LABEL);
    }
  }

  @Test
  void wrongPasswordErrorNamesSettingWithoutPassword() throws IOException {
    try (PasswordProxy proxy = new PasswordProxy(url, "mill", "right")) {
      HttpSchemaRegistry registry = new HttpSchemaRegistry(settings(through(proxy, "mill:s3cret")));
      assertThatThrownBy(() -> registry.schema(1).get())
          .cause()
          .isInstanceOf(RegistryUnavailableException.class)
          .hasMessageContaining("status 401")
          .hasMessageContaining("check " + RegistrySettings.USER_INFO)
          .hasMessageNotContaining("s3cret");
    }
  }

  private static Map<String, String> through(PasswordProxy proxy, String userInfo) {
    return Map.of(
        RegistrySettings.URL,
        proxy.url(),
        RegistrySettings.USER_INFO,
        userInfo,
        "schema.registry.timeout.ms",
        "60000");
  }

  private WireFormat format() {
    return ProtocolSettings.from(check(Map.of(RegistrySettings.URL, url))).wireFormat();
  }

  private RegistrySettings settings(Map<String, String> more) {
    Map<String, String> given = new HashMap<>(Map.of(RegistrySettings.URL, url));
    given.putAll(more);
    return ProtocolSettings.from(check(given)).registry().orElseThrow();
  }

  private static Settings check(Map<String, String> given) {
    return Settings.check(given, List.of(KafkaSettings.configDef()));
  }

  /** Generates a random generic record and converts it to the generated class through its bytes. */
  private static <T extends SpecificRecord> T random(Class<T> type) throws IOException {
    Schema schema = SpecificData.get().getSchema(type);
    Object generic = new RandomData(schema, 1, 5).iterator().next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
    new GenericDatumWriter<>(schema).write(generic, encoder);
    encoder.flush();
    return new SpecificDatumReader<>(type)
        .read(null, DecoderFactory.get().binaryDecoder(bytes.toByteArray(), null));
  }

  private void requireCompatibility(String subject) throws IOException, InterruptedException {
    send("PUT", "/config/" + subject, "{\"compatibility\":\"FULL_TRANSITIVE\"}");
  }

  private String post(String path, String json) throws IOException, InterruptedException {
    return send("POST", path, json);
  }

  private String send(String method, String path, String json)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url + path))
            .timeout(Duration.ofSeconds(30))
            .header("Content-Type", "application/vnd.schemaregistry.v1+json")
            .method(method, HttpRequest.BodyPublishers.ofString(json))
            .build();
    HttpResponse<String> answer =
        HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return answer.body();
  }
}
