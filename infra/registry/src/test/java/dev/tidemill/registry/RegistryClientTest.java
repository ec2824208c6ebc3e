package dev.tidemill.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemill.messaging.KafkaSettings;
import dev.tidemill.messaging.ProtocolSettings;
import dev.tidemill.messaging.RegistrySettings;
import dev.tidemill.registry.FakeRegistry.Fault;
import dev.tidemill.runtime.Settings;
import dev.tidemill.schemas.Label;
import dev.tidemill.schemas.wire.MalformedBytesException;
import dev.tidemill.schemas.wire.RegistryUnavailableException;
import dev.tidemill.schemas.wire.SchemaRejectedException;
import dev.tidemill.schemas.wire.WireFormat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests the client over HTTP, from the settings to a registry's answers. */
final class RegistryClientTest {
  private static final Label LABEL = new Label("1", 2, List.of(), Instant.EPOCH);
  private static final byte[] ID_1 = {0, 0, 0, 0, 1, 0};

  private FakeRegistry registry;

  @BeforeEach
  void start() throws IOException {
    registry = new FakeRegistry();
  }

  @AfterEach
  void stop() {
    registry.close();
  }

  @Test
  void isLoadedAsServiceAndRoundTripsRecords() {
    WireFormat format = format();
    byte[] bytes = format.encode("labels", LABEL);
    assertThat(format.decode("labels", bytes, Label.class)).isEqualTo(LABEL);
    assertThat(registry.requests)
        .containsExactly("POST /subjects/labels-value/versions", "GET /schemas/ids/1");
  }

  @Test
  void ignoresTrailingSlashOfUrl() {
    format(Map.of(RegistrySettings.URL, registry.url() + "/")).encode("labels", LABEL);
    assertThat(registry.requests).containsExactly("POST /subjects/labels-value/versions");
  }

  @Test
  void authenticatesWithUserAndPassword() {
    registry.authorization =
        "Basic "
            + Base64.getEncoder()
                .encodeToString("mill:p\u00e4ss:word".getBytes(StandardCharsets.UTF_8));
    format(Map.of(RegistrySettings.USER_INFO, "mill:p\u00e4ss:word")).encode("labels", LABEL);
  }

  @Test
  void authenticatesWithAToken() {
    registry.authorization = "Bearer t0ken";
    format(Map.of(RegistrySettings.TOKEN, "t0ken")).encode("labels", LABEL);
  }

  @Test
  void wrongCredentialsErrorNamesSettingWithoutSecret() {
    registry.authorization = "Bearer right";
    unavailable(
        "status 401: Unauthorized",
        RegistrySettings.TOKEN,
        Map.of(RegistrySettings.TOKEN, "s3cret"));
    unavailable("status 401", RegistrySettings.USER_INFO + " or", Map.of());
  }

  @Test
  void retriesUntilTheRegistryAnswers() {
    registry.next(1, Fault.OVERLOADED);
    registry.next(1, Fault.BROKEN);
    registry.next(1, Fault.NOT_A_REGISTRY);
    format().encode("labels", LABEL);
    assertThat(registry.requests).hasSize(4);
  }

  @Test
  void timesOutOnUnfinishedAnswer() {
    registry.next(1, Fault.HANGING);
    WireFormat format = format(Map.of("schema.registry.request.timeout.ms", "200"));
    format.encode("labels", LABEL);
    assertThat(registry.requests).hasSize(2);
  }

  @Test
  void reportsStatusOfTheRegistry() {
    registry.next(100, Fault.OVERLOADED);
    unavailable("answers with status 503: try later");
  }

  @Test
  void pageOfAnotherServerDoesNotMakeRecordsMalformed() {
    registry.next(100, Fault.NOT_A_REGISTRY);
    unavailable("status 404: <html>nothing here</html>");
  }

  @Test
  void doesNotFollowRedirects() {
    registry.next(100, Fault.REDIRECTING);
    unavailable("status 302");
  }

  /** A retry would get the same schema, so its records become dead letters. */
  @Test
  void rejectsTooLongSchema() {
    registry.next(100, Fault.ENDLESS);
    Map<String, String> patient = Map.of("schema.registry.request.timeout.ms", "60000");
    HttpSchemaRegistry client = new HttpSchemaRegistry(settings(patient).registry().orElseThrow());
    assertThatThrownBy(() -> client.schema(1).get())
        .cause()
        .isInstanceOf(MalformedBytesException.class)
        .hasMessageContaining("GET /schemas/ids/1")
        .hasMessageContaining("longer than 1048576 bytes");
  }

  @Test
  void reportsTimeout() {
    registry.next(100, Fault.HANGING);
    unavailable(
        "did not answer within 50 ms",
        RegistrySettings.URL,
        Map.of("schema.registry.request.timeout.ms", "50"));
  }

  @Test
  void reportsRefusedConnection() {
    registry.close();
    unavailable("cannot be reached (ConnectException");
  }

  @Test
  void reportsTheRegistrysReasonForRejection() {
    registry.next(1, Fault.REJECTING);
    assertThatThrownBy(() -> format().encode("labels", LABEL))
        .isInstanceOf(SchemaRejectedException.class)
        .hasMessageContaining("rejects the schema for subject labels-value: a field is gone");
  }

  @Test
  void asksOnlyOnceForUnknownId() {
    WireFormat format = format();
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> format.decode("labels", ID_1, Label.class))
          .isInstanceOf(MalformedBytesException.class)
          .hasMessageContaining("has no schema with the id 1");
    }
    assertThat(registry.requests).containsExactly("GET /schemas/ids/1");
  }

  @Test
  void rejectsSchemaWithReferences() {
    registry.schemas.add("\"string\"");
    registry.extra = "\"references\":[{\"name\":\"a.B\",\"subject\":\"b\",\"version\":1}]";
    assertThatThrownBy(() -> format().decode("labels", ID_1, Label.class))
        .isInstanceOf(MalformedBytesException.class)
        .hasMessageContaining("schema 1 has references to other schemas");
  }

  @Test
  void rejectsSchemaThatIsNotAvro() {
    registry.schemas.add("syntax = \"proto3\";");
    registry.extra = "\"schemaType\":\"PROTOBUF\"";
    assertThatThrownBy(() -> format().decode("labels", ID_1, Label.class))
        .isInstanceOf(MalformedBytesException.class)
        .hasMessageContaining("schema 1 is of type PROTOBUF");
  }

  /** Makes one attempt with a long timeout. */
  private void unavailable(String what) {
    unavailable(what, RegistrySettings.URL, Map.of("schema.registry.request.timeout.ms", "60000"));
  }

  private void unavailable(String what, String setting, Map<String, String> more) {
    HttpSchemaRegistry client = new HttpSchemaRegistry(settings(more).registry().orElseThrow());
    assertThatThrownBy(() -> client.schema(1).get())
        .cause()
        .isInstanceOf(RegistryUnavailableException.class)
        .hasMessageContaining(registry.url())
        .hasMessageContaining(what)
        .hasMessageContaining("the request was GET /schemas/ids/1")
        .hasMessageContaining("check " + setting)
        .hasMessageNotContaining("s3cret");
  }

  private WireFormat format() {
    return format(Map.of());
  }

  private WireFormat format(Map<String, String> more) {
    Map<String, String> given = new HashMap<>(Map.of("schema.registry.timeout.ms", "120000"));
    given.putAll(more);
    return settings(given).wireFormat();
  }

  private ProtocolSettings settings(Map<String, String> more) {
    Map<String, String> given = new HashMap<>(Map.of(RegistrySettings.URL, registry.url()));
    given.putAll(more);
    return ProtocolSettings.from(Settings.check(given, List.of(KafkaSettings.configDef())));
  }
}
