package dev.tidemill.registry;

import dev.tidemill.messaging.RegistrySettings;
import dev.tidemill.runtime.InvalidSettingsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.security.ssl.DefaultSslEngineFactory;

/** Loads trust and key stores (JKS, PKCS12 or PEM) with the loader of Kafka's clients. */
final class RegistryTls {
  private static final List<String> STORES =
      List.of(SslConfigs.SSL_TRUSTSTORE_LOCATION_CONFIG, SslConfigs.SSL_KEYSTORE_LOCATION_CONFIG);

  private RegistryTls() {}

  /**
   * Creates a TLS context.
   *
   * @param ssl Kafka's {@code ssl.*} settings
   * @throws InvalidSettingsException if a store cannot be loaded
   */
  static SSLContext context(Map<String, Object> ssl) {
    List<String> unreadable =
        STORES.stream()
            .filter(
                key -> ssl.containsKey(key) && !Files.isReadable(Path.of((String) ssl.get(key))))
            .map(key -> RegistrySettings.PREFIX + key + ": cannot read " + ssl.get(key))
            .toList();
    if (!unreadable.isEmpty()) {
      throw new InvalidSettingsException(unreadable);
    }
    ConfigDef definition = new ConfigDef();
    SslConfigs.addClientSslSupport(definition);
    try (DefaultSslEngineFactory factory = new DefaultSslEngineFactory()) {
      factory.configure(new AbstractConfig(definition, ssl, false).values());
      return factory.sslContext();
    } catch (KafkaException e) {
      throw new InvalidSettingsException(
          List.of(
              "cannot load the stores of "
                  + RegistrySettings.TRUSTSTORE
                  + " and "
                  + RegistrySettings.KEYSTORE
                  + ": "
                  + innermost(e).getMessage()
                  + "; check their files, types and passwords"));
    }
  }

  private static Throwable innermost(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }
}
