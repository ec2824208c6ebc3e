package dev.tidemill.schemas.wire;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaParser;
import org.jspecify.annotations.Nullable;

/** The two calls that a reader and a writer make of a registry with Confluent's REST API. */
final class SchemaRegistry {
  private static final String JSON_TYPE = "application/vnd.schemaregistry.v1+json";
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int NOT_FOUND = 404;
  private static final int CONFLICT = 409;

  private final String url;
  private final ObjectMapper json = new ObjectMapper();
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(PATIENCE).build();

  SchemaRegistry(String url) {
    URI uri = URI.create(url);
    if (uri.getHost() == null || !("http".equals(uri.getScheme()) || isHttps(uri))) {
      throw new IllegalArgumentException(
          "schema.registry.url=\"" + url + "\" is not of the form http(s)://host:port/path");
    }
    this.url = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
  }

  /** The id of a schema under a subject, which it gets now if it has none yet. */
  int register(String subject, Schema schema) {
    String path = "/subjects/" + URLEncoder.encode(subject, StandardCharsets.UTF_8) + "/versions";
    String body = json.createObjectNode().put("schema", SchemaText.plain(schema)).toString();
    HttpResponse<String> answer = send(path, body);
    if (answer.statusCode() == CONFLICT) {
      throw new RegistryException(
          "the schema registry at "
              + url
              + " refuses this version of "
              + schema.getName()
              + " as incompatible with subject "
              + subject
              + ": "
              + message(answer),
          null);
    }
    JsonNode id = parse(expectOk(path, answer), path).path("id");
    if (!id.isInt()) {
      throw failed(path, "no id in its answer", null);
    }
    return id.intValue();
  }

  /** The schema with that id. */
  Schema schema(int id) {
    String path = "/schemas/ids/" + id;
    HttpResponse<String> answer = send(path, null);
    if (answer.statusCode() == NOT_FOUND) {
      throw new MalformedBytesException(
          "the schema registry at " + url + " knows no schema with the id " + id);
    }
    JsonNode found = parse(expectOk(path, answer), path);
    if (!found.path("schemaType").asText("AVRO").equals("AVRO")) {
      throw new MalformedBytesException(
          "schema " + id + " is of type " + found.path("schemaType").asText() + ", not AVRO");
    }
    try {
      return new SchemaParser().parse(found.path("schema").asText()).mainSchema();
    } catch (AvroRuntimeException e) {
      throw failed(path, "no Avro schema that stands alone: " + e.getMessage(), e);
    }
  }

  private HttpResponse<String> send(String path, @Nullable String body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url + path))
            .timeout(PATIENCE)
            .header("Accept", JSON_TYPE + ", application/json");
    if (body != null) {
      request.header("Content-Type", JSON_TYPE).POST(BodyPublishers.ofString(body));
    }
    try {
      return http.send(request.build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw failed(path, "no answer: " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failed(path, "interrupted", e);
    }
  }

  private String expectOk(String path, HttpResponse<String> answer) {
    if (answer.statusCode() != 200) {
      throw failed(path, "status " + answer.statusCode() + ": " + message(answer), null);
    }
    return answer.body();
  }

  private JsonNode parse(String body, String path) {
    try {
      return json.readTree(body);
    } catch (JsonProcessingException e) {
      throw failed(path, "an answer that is not JSON", e);
    }
  }

  /** The registry's own words, where its answer has them. */
  private String message(HttpResponse<String> answer) {
    try {
      return json.readTree(answer.body()).path("message").asText(answer.body());
    } catch (JsonProcessingException e) {
      return answer.body();
    }
  }

  private RegistryException failed(String path, String what, @Nullable Throwable cause) {
    return new RegistryException("the schema registry at " + url + path + " gave " + what, cause);
  }

  private static boolean isHttps(URI uri) {
    return "https".equals(uri.getScheme());
  }
}
