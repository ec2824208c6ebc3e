package dev.tidemill.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemill.runtime.InvalidSettingsException;
import dev.tidemill.runtime.Settings;
import dev.tidemill.schemas.wire.SingleObjectFormat;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.types.Password;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegistrySettingsTest {
  private static final String HTTPS = "https://registry:8443/apis/ccompat/v7/";

  @Test
  void usesSingleObjectEncodingWithoutARegistry() {
    assertThat(protocol(Map.of()).wireFormat()).isInstanceOf(SingleObjectFormat.class);
  }

  /** This module's tests run without the registry client on their class path. */
  @Test
  void reportsAMissingRegistryClient() {
    ProtocolSettings protocol = protocol(Map.of("schema.registry.url", "http://127.0.0.1:8081"));
    assertThatThrownBy(protocol::wireFormat)
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessage(
            "schema.registry.url is set, but the schema registry's client is not installed; add"
                + " tidemill-registry to the class path, or unset it");
  }

  @Test
  void readsEverySetting() {
    RegistrySettings registry =
        registry(
            Map.of(
                "basic.auth.user.info", "mill:secret",
                "ssl.truststore.location", "ca.pem",
                "ssl.truststore.type", "PEM",
                "ssl.keystore.location", "me.jks",
                "ssl.keystore.password", "secret",
                "timeout.ms", "700"));

    assertThat(registry.url()).isEqualTo("https://registry:8443/apis/ccompat/v7");
    assertThat(registry.userInfo()).contains(new Password("mill:secret"));
    assertThat(registry.token()).isEmpty();
    assertThat(registry.requestTimeout()).isEqualTo(Duration.ofSeconds(2));
    assertThat(registry.timeout()).isEqualTo(Duration.ofMillis(700));
    assertThat(registry.ssl())
        .containsOnly(
            Map.entry("ssl.truststore.location", "ca.pem"),
            Map.entry("ssl.truststore.type", "PEM"),
            Map.entry("ssl.keystore.location", "me.jks"),
            Map.entry("ssl.keystore.type", "JKS"),
            Map.entry("ssl.keystore.password", new Password("secret")));
    assertThat(registry.toString()).contains("registry:8443").doesNotContain("secret");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"registry:8081", "ftp://registry", "http://", "http:registry", "http://r?x=1"})
  void rejectsInvalidUrls(String url) {
    assertThatThrownBy(() -> protocol(Map.of("schema.registry.url", url)))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessageContaining("schema.registry.url");
  }

  @Test
  void hidesSecretsInErrors() {
    assertThatThrownBy(
            () -> protocol(Map.of("schema.registry.url", "http://mill:s3cret@registry:8081")))
        .hasMessage(
            "schema.registry.url must not hold a user and password; set"
                + " schema.registry.basic.auth.user.info instead");
    assertThatThrownBy(() -> protocol(Map.of("schema.registry.url", "http://mill:s3cret@a b")))
        .hasMessageStartingWith("schema.registry.url must be an http or https URL")
        .hasMessageNotContaining("s3cret");
    assertThatThrownBy(() -> registry(Map.of("basic.auth.user.info", "s3cret")))
        .hasMessage("schema.registry.basic.auth.user.info must be of the form user:password");
  }

  @Test
  void reportsAllContradictions() {
    assertThatThrownBy(
            () ->
                protocol(
                    Map.of(
                        "schema.registry.url", "http://registry:8081",
                        "schema.registry.basic.auth.user.info", "mill:s3cret",
                        "schema.registry.bearer.auth.token", "s3cret",
                        "schema.registry.ssl.truststore.location", "ca.pem")))
        .isInstanceOfSatisfying(
            InvalidSettingsException.class,
            e ->
                assertThat(e.faults())
                    .containsExactly(
                        "set either schema.registry.basic.auth.user.info or"
                            + " schema.registry.bearer.auth.token, not both",
                        "schema.registry.ssl.truststore.location is set, but schema.registry.url"
                            + " is not an https URL"));
  }

  @Test
  void rejectsRegistrySettingsWithoutAUrl() {
    assertThatThrownBy(() -> protocol(Map.of("schema.registry.bearer.auth.token", "s3cret")))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessage("schema.registry.bearer.auth.token is set without schema.registry.url");
  }

  private static RegistrySettings registry(Map<String, String> more) {
    Map<String, String> given = new HashMap<>(Map.of("schema.registry.url", HTTPS));
    more.forEach((key, value) -> given.put("schema.registry." + key, value));
    return protocol(given).registry().orElseThrow();
  }

  private static ProtocolSettings protocol(Map<String, String> given) {
    return ProtocolSettings.from(Settings.check(given, List.of(KafkaSettings.configDef())));
  }
}
