package dev.tidemill.registry;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemill.messaging.KafkaSettings;
import dev.tidemill.messaging.ProtocolSettings;
import dev.tidemill.messaging.RegistrySettings;
import dev.tidemill.runtime.InvalidSettingsException;
import dev.tidemill.runtime.Settings;
import dev.tidemill.schemas.Label;
import dev.tidemill.schemas.wire.RegistryUnavailableException;
import dev.tidemill.schemas.wire.WireFormat;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RegistryTlsTest {
  private static final Label LABEL = new Label("1", 2, List.of(), Instant.EPOCH);
  private static final String PASSWORD = TestCertificates.PASSWORD;

  @TempDir private static Path folder;
  private static TestCertificates server;
  private static TestCertificates client;

  @BeforeAll
  static void makeCertificates() throws Exception {
    server = TestCertificates.create(folder, "server");
    client = TestCertificates.create(folder, "client");
  }

  @Test
  void trustsCertificateInPem() throws Exception {
    try (FakeRegistry registry = registry(false)) {
      format(registry, trustedPem()).encode("labels", LABEL);
    }
  }

  @Test
  void trustsCertificateInJks() throws Exception {
    try (FakeRegistry registry = registry(false)) {
      Map<String, String> ssl =
          Map.of(
              "truststore.location",
              server.trustedJks().toString(),
              "truststore.password",
              PASSWORD);
      format(registry, ssl).encode("labels", LABEL);
    }
  }

  @Test
  void sendsClientCertificateInPem() throws Exception {
    try (FakeRegistry registry = registry(true)) {
      Map<String, String> ssl = trustedPem();
      ssl.put("keystore.location", client.pem().toString());
      ssl.put("keystore.type", "PEM");
      format(registry, ssl).encode("labels", LABEL);
    }
  }

  @Test
  void sendsClientCertificateInPkcs12() throws Exception {
    try (FakeRegistry registry = registry(true)) {
      Map<String, String> ssl = trustedPem();
      ssl.put("keystore.location", client.pkcs12().toString());
      ssl.put("keystore.type", "PKCS12");
      ssl.put("keystore.password", PASSWORD);
      ssl.put("key.password", PASSWORD);
      format(registry, ssl).encode("labels", LABEL);
    }
  }

  @Test
  void untrustedRegistryErrorNamesTheSetting() throws Exception {
    try (FakeRegistry registry = registry(false)) {
      assertThatThrownBy(() -> client(registry, Map.of()).schema(1).get())
          .cause()
          .isInstanceOf(RegistryUnavailableException.class)
          .hasMessageContaining("check schema.registry.ssl.truststore.location");
    }
  }

  @Test
  void reportsMissingClientCertificate() throws Exception {
    try (FakeRegistry registry = registry(true)) {
      assertThatThrownBy(() -> client(registry, trustedPem()).schema(1).get())
          .cause()
          .isInstanceOf(RegistryUnavailableException.class)
          .hasMessageContaining(registry.url() + " cannot be reached");
    }
  }

  @Test
  void unreadableStoreIsAnInvalidSetting() throws Exception {
    try (FakeRegistry registry = registry(false)) {
      Map<String, String> missing = Map.of("truststore.location", folder + "/none.jks");
      assertThatThrownBy(() -> format(registry, missing))
          .isInstanceOf(InvalidSettingsException.class)
          .hasMessageContaining("schema.registry.ssl.truststore.location")
          .hasMessageContaining("none.jks");
      Map<String, String> wrong =
          Map.of(
              "truststore.location",
              server.trustedJks().toString(),
              "truststore.password",
              "s3cret");
      assertThatThrownBy(() -> format(registry, wrong))
          .isInstanceOf(InvalidSettingsException.class)
          .hasMessageNotContaining("s3cret");
      Map<String, String> none =
          Map.of(
              "truststore.location",
              Files.writeString(folder.resolve("x.pem"), "x").toString(),
              "truststore.type",
              "PEM");
      assertThatThrownBy(() -> format(registry, none)).isInstanceOf(InvalidSettingsException.class);
    }
  }

  private static FakeRegistry registry(boolean needsClientCertificate) throws Exception {
    return FakeRegistry.overTls(server.server(client), needsClientCertificate);
  }

  private static Map<String, String> trustedPem() throws Exception {
    Map<String, String> ssl = new HashMap<>();
    ssl.put("truststore.location", server.trustedPem().toString());
    ssl.put("truststore.type", "PEM");
    return ssl;
  }

  private static WireFormat format(FakeRegistry registry, Map<String, String> ssl) {
    return settings(registry, ssl).wireFormat();
  }

  private static HttpSchemaRegistry client(FakeRegistry registry, Map<String, String> ssl) {
    return new HttpSchemaRegistry(settings(registry, ssl).registry().orElseThrow());
  }

  private static ProtocolSettings settings(FakeRegistry registry, Map<String, String> ssl) {
    Map<String, String> given = new HashMap<>();
    given.put(RegistrySettings.URL, registry.url());
    given.put("schema.registry.timeout.ms", "120000");
    given.put("schema.registry.request.timeout.ms", "60000");
    ssl.forEach((key, value) -> given.put("schema.registry.ssl." + key, value));
    return ProtocolSettings.from(Settings.check(given, List.of(KafkaSettings.configDef())));
  }
}
