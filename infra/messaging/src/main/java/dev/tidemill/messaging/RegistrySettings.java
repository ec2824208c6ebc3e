package dev.tidemill.messaging;

import dev.tidemill.runtime.InvalidSettingsException;
import dev.tidemill.runtime.Settings;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.config.types.Password;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a schema registry: address, authentication, TLS and timeouts. {@code toString}
 * shows no secret.
 *
 * @param url without a trailing slash
 * @param userInfo {@code user:password} for basic authentication
 * @param token for bearer authentication
 * @param ssl Kafka's {@code ssl.*} settings; empty if the JDK's own trust store is enough
 * @param requestTimeout for one request
 * @param timeout for an answer, including retries
 */
public record RegistrySettings(
    String url,
    Optional<Password> userInfo,
    Optional<Password> token,
    Map<String, Object> ssl,
    Duration requestTimeout,
    Duration timeout) {
  public static final String PREFIX = "schema.registry.";
  public static final String URL = PREFIX + "url";
  public static final String USER_INFO = PREFIX + "basic.auth.user.info";
  public static final String TOKEN = PREFIX + "bearer.auth.token";
  public static final String TRUSTSTORE = PREFIX + SslConfigs.SSL_TRUSTSTORE_LOCATION_CONFIG;
  public static final String KEYSTORE = PREFIX + SslConfigs.SSL_KEYSTORE_LOCATION_CONFIG;
  private static final String REQUEST_TIMEOUT = PREFIX + "request.timeout.ms";
  private static final String TIMEOUT = PREFIX + "timeout.ms";
  private static final String SSL = PREFIX + "ssl.";

  private static final String STORE_TYPES = "JKS, PKCS12 or PEM. JKS also reads PKCS12.";

  public RegistrySettings {
    ssl = Map.copyOf(ssl);
  }

  static void define(ConfigDef definition) {
    definition
        .define(
            URL,
            ConfigDef.Type.STRING,
            null,
            new HttpAddress(),
            Importance.LOW,
            "URL of a schema registry with Confluent's REST API; records then use its wire format."
                + " If unset, records use Avro's single-object encoding, which needs no registry.")
        .define(
            USER_INFO,
            ConfigDef.Type.PASSWORD,
            null,
            new UserInfo(),
            Importance.LOW,
            "User and password for the registry, as user:password (basic authentication).")
        .define(
            TOKEN,
            ConfigDef.Type.PASSWORD,
            null,
            Importance.LOW,
            "Token for the registry (bearer authentication).");
    defineStore(
        definition,
        TRUSTSTORE,
        SslConfigs.SSL_TRUSTSTORE_TYPE_CONFIG,
        SslConfigs.SSL_TRUSTSTORE_PASSWORD_CONFIG,
        "trust store",
        " for an https registry; by default Java's own");
    defineStore(
        definition,
        KEYSTORE,
        SslConfigs.SSL_KEYSTORE_TYPE_CONFIG,
        SslConfigs.SSL_KEYSTORE_PASSWORD_CONFIG,
        "key store",
        " with the client certificate and key for an https registry");
    definition
        .define(
            PREFIX + SslConfigs.SSL_KEY_PASSWORD_CONFIG,
            ConfigDef.Type.PASSWORD,
            null,
            Importance.LOW,
            "Password of the private key in the key store.")
        .define(
            REQUEST_TIMEOUT,
            ConfigDef.Type.LONG,
            2_000L,
            Range.between(1, 60_000),
            Importance.LOW,
            "Timeout of one request to the registry, in milliseconds.")
        .define(
            TIMEOUT,
            ConfigDef.Type.LONG,
            5_000L,
            Range.between(1, 600_000),
            Importance.LOW,
            "How long, in milliseconds, a record waits for the registry, including retries, before"
                + " its work is postponed and retried.");
  }

  private static void defineStore(
      ConfigDef definition,
      String location,
      String type,
      String password,
      String store,
      String purpose) {
    definition
        .define(
            location,
            ConfigDef.Type.STRING,
            null,
            Importance.LOW,
            "Path of the " + store + purpose + ".")
        .define(
            PREFIX + type,
            ConfigDef.Type.STRING,
            "JKS",
            ConfigDef.ValidString.in("JKS", "PKCS12", "PEM"),
            Importance.LOW,
            "Type of the " + store + ": " + STORE_TYPES)
        .define(
            PREFIX + password,
            ConfigDef.Type.PASSWORD,
            null,
            Importance.LOW,
            "Password of the " + store + ".");
  }

  /**
   * Reads settings that were checked against {@link KafkaSettings#configDef}; empty without a URL.
   *
   * @throws InvalidSettingsException if they contradict each other
   */
  static Optional<RegistrySettings> from(Settings settings) {
    List<String> faults = faults(settings);
    if (!faults.isEmpty()) {
      throw new InvalidSettingsException(faults);
    }
    if (!settings.isSet(URL)) {
      return Optional.empty();
    }
    String url = settings.getString(URL);
    return Optional.of(
        new RegistrySettings(
            url.endsWith("/") ? url.substring(0, url.length() - 1) : url,
            password(settings, USER_INFO),
            password(settings, TOKEN),
            isSslSet(settings) ? ssl(settings) : Map.of(),
            settings.getDuration(REQUEST_TIMEOUT),
            settings.getDuration(TIMEOUT)));
  }

  private static List<String> faults(Settings settings) {
    List<String> faults = new ArrayList<>();
    List<String> given =
        settings.withPrefix(PREFIX).keySet().stream().map(key -> PREFIX + key).sorted().toList();
    if (!settings.isSet(URL)) {
      given.forEach(key -> faults.add(key + " is set without " + URL));
      return faults;
    }
    if (settings.isSet(USER_INFO) && settings.isSet(TOKEN)) {
      faults.add("set either " + USER_INFO + " or " + TOKEN + ", not both");
    }
    if (!settings.getString(URL).startsWith("https:")) {
      given.stream()
          .filter(key -> key.startsWith(SSL))
          .forEach(key -> faults.add(key + " is set, but " + URL + " is not an https URL"));
    }
    return faults;
  }

  private static boolean isSslSet(Settings settings) {
    return settings.isSet(TRUSTSTORE) || settings.isSet(KEYSTORE);
  }

  private static Map<String, Object> ssl(Settings settings) {
    Map<String, Object> ssl = new LinkedHashMap<>();
    for (String key :
        List.of(
            SslConfigs.SSL_TRUSTSTORE_LOCATION_CONFIG,
            SslConfigs.SSL_TRUSTSTORE_TYPE_CONFIG,
            SslConfigs.SSL_KEYSTORE_LOCATION_CONFIG,
            SslConfigs.SSL_KEYSTORE_TYPE_CONFIG)) {
      if (settings.isSet(PREFIX + key)) {
        ssl.put(key, settings.getString(PREFIX + key));
      }
    }
    for (String key :
        List.of(
            SslConfigs.SSL_TRUSTSTORE_PASSWORD_CONFIG,
            SslConfigs.SSL_KEYSTORE_PASSWORD_CONFIG,
            SslConfigs.SSL_KEY_PASSWORD_CONFIG)) {
      password(settings, PREFIX + key).ifPresent(password -> ssl.put(key, password));
    }
    return ssl;
  }

  private static Optional<Password> password(Settings settings, String key) {
    return settings.isSet(key) ? Optional.of(settings.getPassword(key)) : Optional.empty();
  }

  /** Accepts an http or https URL without user info, or null. Its errors do not repeat a secret. */
  private static final class HttpAddress implements ConfigDef.Validator {
    @Override
    public void ensureValid(String name, @Nullable Object value) {
      if (value == null) {
        return;
      }
      URI url = parsed(name, (String) value);
      if (url.getRawUserInfo() != null) {
        throw new ConfigException(
            name + " must not hold a user and password; set " + USER_INFO + " instead");
      }
      boolean isHttp = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
      if (!isHttp || url.getHost() == null || url.getRawQuery() != null) {
        throw new ConfigException(name, value, "must be an " + this);
      }
    }

    private URI parsed(String name, String value) {
      try {
        return new URI(value);
      } catch (URISyntaxException e) {
        throw new ConfigException(name + " must be an " + this + ": " + e.getReason());
      }
    }

    @Override
    public String toString() {
      return "http or https URL";
    }
  }

  /** Accepts {@code user:password}, or null. */
  private static final class UserInfo implements ConfigDef.Validator {
    @Override
    public void ensureValid(String name, @Nullable Object value) {
      if (value instanceof Password password && password.value().indexOf(':') < 1) {
        throw new ConfigException(name + " must be of the form " + this);
      }
    }

    @Override
    public String toString() {
      return "user:password";
    }
  }
}
