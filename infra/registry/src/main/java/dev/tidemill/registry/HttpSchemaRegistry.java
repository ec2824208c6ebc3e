package dev.tidemill.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.tidemill.messaging.RegistrySettings;
import dev.tidemill.schemas.wire.MalformedBytesException;
import dev.tidemill.schemas.wire.SchemaRegistry;
import dev.tidemill.schemas.wire.SchemaRejectedException;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;

/**
 * A client of a schema registry, which interprets its answers. An answer that cannot come from a
 * registry (another service's page, a redirect) counts as "unavailable", because it must not make
 * records look malformed.
 */
final class HttpSchemaRegistry implements SchemaRegistry {
  private static final int OK = 200;
  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;
  private static final int CONFLICT = 409;
  private static final int UNPROCESSABLE = 422;

  /** The registry's error code in the body; other servers also answer with status 404. */
  private static final int SCHEMA_NOT_FOUND = 40403;

  private static final int MAX_MESSAGE_CHARS = 500;

  private final String url;
  private final RegistryRequests requests;
  private final ObjectMapper json = new ObjectMapper();

  /**
   * @throws dev.tidemill.runtime.InvalidSettingsException if a trust or key store cannot be used
   */
  HttpSchemaRegistry(RegistrySettings settings) {
    url = settings.url();
    requests = new RegistryRequests(settings);
  }

  @Override
  public CompletableFuture<Integer> register(String subject, String schema) {
    String path = "/subjects/" + URLEncoder.encode(subject, StandardCharsets.UTF_8) + "/versions";
    return requests
        .post(path, json.createObjectNode().put("schema", schema).toString())
        .thenApply(answer -> id("POST " + path, subject, answer));
  }

  @Override
  public CompletableFuture<String> schema(int id) {
    String path = "/schemas/ids/" + id;
    return requests.get(path).thenApply(answer -> schema("GET " + path, id, answer));
  }

  private int id(String request, String subject, HttpResponse<String> answer) {
    JsonNode body = parse(answer);
    if (answer.statusCode() == CONFLICT || answer.statusCode() == UNPROCESSABLE) {
      throw new SchemaRejectedException(
          ("the schema registry at %s rejects the schema for subject %s: %s; check the subject's"
                  + " compatibility setting")
              .formatted(url, subject, message(body, answer)));
    }
    JsonNode id = expectOk(request, body, answer).path("id");
    if (!id.isInt()) {
      throw requests.unavailable(request, "returned no id", RegistrySettings.URL, null);
    }
    return id.intValue();
  }

  private String schema(String request, int id, HttpResponse<String> answer) {
    JsonNode body = parse(answer);
    if (body.path("error_code").asInt() == SCHEMA_NOT_FOUND) {
      throw new MalformedBytesException(
          "the schema registry at " + url + " has no schema with the id " + id);
    }
    JsonNode found = expectOk(request, body, answer);
    String type = found.path("schemaType").asText("AVRO");
    if (!type.equals("AVRO")) {
      throw new MalformedBytesException("schema " + id + " is of type " + type + ", not AVRO");
    }
    if (!found.path("references").isEmpty()) {
      throw new MalformedBytesException(
          "schema "
              + id
              + " has references to other schemas; only self-contained schemas are supported");
    }
    if (!found.path("schema").isTextual()) {
      throw requests.unavailable(request, "returned no schema", RegistrySettings.URL, null);
    }
    return found.path("schema").asText();
  }

  private JsonNode expectOk(String request, JsonNode body, HttpResponse<String> answer) {
    int status = answer.statusCode();
    if (status == OK) {
      return body;
    }
    boolean isAuth = status == UNAUTHORIZED || status == FORBIDDEN;
    throw requests.unavailable(
        request,
        "answers with status " + status + ": " + message(body, answer),
        isAuth ? requests.credentials() : RegistrySettings.URL,
        null);
  }

  /** Parses the body; returns a missing node if it is not JSON. */
  private JsonNode parse(HttpResponse<String> answer) {
    try {
      JsonNode body = json.readTree(answer.body());
      return body == null ? MissingNode.getInstance() : body;
    } catch (JsonProcessingException e) {
      return MissingNode.getInstance();
    }
  }

  /** The registry's message on one line, or the whole body if there is no message. */
  private static String message(JsonNode body, HttpResponse<String> answer) {
    String text = body.path("message").asText(answer.body()).strip().replaceAll("\\s+", " ");
    return text.length() > MAX_MESSAGE_CHARS ? text.substring(0, MAX_MESSAGE_CHARS) + "…" : text;
  }
}
