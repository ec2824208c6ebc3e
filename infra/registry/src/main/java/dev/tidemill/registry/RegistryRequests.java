package dev.tidemill.registry;

import dev.tidemill.messaging.RegistrySettings;
import dev.tidemill.schemas.wire.MalformedBytesException;
import dev.tidemill.schemas.wire.RegistryUnavailableException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import org.apache.kafka.common.config.types.Password;
import org.jspecify.annotations.Nullable;

/** Sends requests to a registry, with credentials and TLS if configured, and a timeout. */
final class RegistryRequests {
  private static final String JSON_TYPE = "application/vnd.schemaregistry.v1+json";

  /** Many times the largest sensible schema. */
  private static final int MAX_ANSWER_BYTES = 1 << 20;

  private final RegistrySettings settings;
  private final HttpClient http;
  private final @Nullable String authorization;

  RegistryRequests(RegistrySettings settings) {
    this.settings = settings;
    HttpClient.Builder client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            // A redirect would send the credentials to another server.
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(settings.requestTimeout());
    if (!settings.ssl().isEmpty()) {
      client.sslContext(RegistryTls.context(settings.ssl()));
    }
    http = client.build();
    authorization = authorization(settings);
  }

  private static @Nullable String authorization(RegistrySettings settings) {
    Supplier<@Nullable String> bearer =
        () -> settings.token().map(token -> "Bearer " + token.value()).orElse(null);
    return settings.userInfo().map(RegistryRequests::basic).orElseGet(bearer);
  }

  private static String basic(Password userInfo) {
    byte[] bytes = userInfo.value().getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(bytes);
  }

  /** Sends a GET request; the future completes with the answer, whatever its status. */
  CompletableFuture<HttpResponse<String>> get(String path) {
    return send("GET " + path, request(path).GET().build());
  }

  /** Sends a POST request; the future completes with the answer, whatever its status. */
  CompletableFuture<HttpResponse<String>> post(String path, String json) {
    return send(
        "POST " + path,
        request(path)
            .header("Content-Type", JSON_TYPE)
            .POST(BodyPublishers.ofString(json))
            .build());
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(settings.url() + path))
            .header("Accept", JSON_TYPE + ", application/json");
    if (authorization != null) {
      request.header("Authorization", authorization);
    }
    return request;
  }

  /** Sends a request with a timeout that includes the body; the client's timeout does not. */
  private CompletableFuture<HttpResponse<String>> send(String what, HttpRequest request) {
    CompletableFuture<HttpResponse<String>> sent =
        http.sendAsync(request, head -> new BoundedBody(MAX_ANSWER_BYTES));
    CompletableFuture<HttpResponse<String>> limited =
        sent.copy().orTimeout(settings.requestTimeout().toNanos(), TimeUnit.NANOSECONDS);
    return limited.handle(
        (answer, failure) -> {
          if (failure == null) {
            return answer;
          }
          sent.cancel(true);
          Throwable cause = cause(failure);
          if (isTooLong(cause)) {
            // A retry would return the same long answer.
            throw new MalformedBytesException(
                "the schema registry's answer to %s is longer than %d bytes"
                    .formatted(what, MAX_ANSWER_BYTES),
                cause);
          }
          throw unavailable(what, cause);
        });
  }

  private static boolean isTooLong(Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof BoundedBody.TooLongException) {
        return true;
      }
    }
    return false;
  }

  private RegistryUnavailableException unavailable(String what, Throwable cause) {
    if (cause instanceof TimeoutException) {
      return unavailable(
          what,
          "did not answer within " + settings.requestTimeout().toMillis() + " ms",
          RegistrySettings.URL,
          null);
    }
    String setting =
        cause instanceof SSLException
            ? RegistrySettings.TRUSTSTORE + " and " + RegistrySettings.KEYSTORE
            : RegistrySettings.URL;
    return unavailable(what, "cannot be reached (" + reason(cause) + ")", setting, cause);
  }

  /** Creates an exception that names the address, the request, the event and a setting to check. */
  RegistryUnavailableException unavailable(
      String what, String happened, String setting, @Nullable Throwable cause) {
    return new RegistryUnavailableException(
        "the schema registry at %s %s; the request was %s; check %s"
            .formatted(settings.url(), happened, what, setting),
        cause);
  }

  /** The setting of the credentials in use, or both settings if there are none. */
  String credentials() {
    if (settings.token().isPresent()) {
      return RegistrySettings.TOKEN;
    }
    return settings.userInfo().isPresent()
        ? RegistrySettings.USER_INFO
        : RegistrySettings.USER_INFO + " or " + RegistrySettings.TOKEN;
  }

  /** Includes the exception's type, because the JDK gives a refused connection no message. */
  private static String reason(Throwable cause) {
    String name = cause.getClass().getSimpleName();
    return cause.getMessage() == null ? name : name + ": " + cause.getMessage();
  }

  private static Throwable cause(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }
}
