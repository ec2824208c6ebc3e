package dev.tidemill.dashboard;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidemill.checkpoints.CorruptCheckpointException;
import dev.tidemill.dashboard.state.ModelState;
import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.schemas.ControlAction;
import dev.tidemill.schemas.Topics;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.BadRequestResponse;
import io.javalin.http.Context;
import io.javalin.http.NotFoundResponse;
import io.javalin.http.staticfiles.Location;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * The page's server: static files, JSON and a stream of events on the loopback address by default.
 * Reads need no right; a command needs the token.
 */
final class DashboardServer implements AutoCloseable {
  private static final String JSON = "application/json";
  private static final int VERSIONS = 500;
  private static final int LETTERS = 200;
  private static final int COMMANDS = 100;
  private static final int POINTS = 1_200;
  private static final int FEATURES = 200;

  private final DashboardSettings settings;
  private final Map<String, ModelDashboard> models;
  private final Clock clock;
  private final ObjectMapper json = new ObjectMapper();
  private final AccessRules access;
  private final ViewStream stream;
  private final Javalin server;

  DashboardServer(DashboardSettings settings, Map<String, ModelDashboard> models, Clock clock) {
    this.settings = settings;
    this.models = models;
    this.clock = clock;
    this.access = new AccessRules(settings);
    this.stream = new ViewStream(this::view);
    this.server = Javalin.create(this::configure);
    try {
      server.start(settings.host(), settings.port());
    } catch (RuntimeException e) {
      stream.close();
      throw new UncheckedIOException(
          "the dashboard cannot listen on "
              + settings.host()
              + ":"
              + settings.port()
              + "; choose another one with --port: "
              + e.getMessage(),
          new IOException(e));
    }
  }

  String address() {
    String host = settings.host().contains(":") ? "[" + settings.host() + "]" : settings.host();
    return "http://" + host + ":" + server.port() + "/";
  }

  private void configure(JavalinConfig config) {
    config.startup.showJavalinBanner = false;
    config.startup.showOldJavalinVersionWarning = false;
    config.startup.startupWatcherEnabled = false;
    config.staticFiles.enableWebjars();
    config.staticFiles.add("/dashboard", Location.CLASSPATH);
    config.routes.before(access::before);
    config.routes.get("/api/models", context -> send(context, overview()));
    config.routes.sse(
        "/api/models/{model}/stream", client -> stream.add(client, model(client.ctx()).name()));
    config.routes.get(
        "/api/models/{model}/view", context -> send(context, state(context).view(clock.millis())));
    config.routes.get("/api/models/{model}/training", this::training);
    config.routes.get("/api/models/{model}/serving", this::serving);
    config.routes.get(
        "/api/models/{model}/figures",
        context -> send(context, state(context).figures(since(context), POINTS)));
    config.routes.get(
        "/api/models/{model}/freshness",
        context -> send(context, state(context).freshness().summary()));
    config.routes.get("/api/models/{model}/pending/{topic}", this::pending);
    config.routes.get(
        "/api/models/{model}/versions",
        context -> send(context, state(context).versions(VERSIONS)));
    config.routes.get("/api/models/{model}/versions/{version}", this::version);
    config.routes.get("/api/models/{model}/weights/{from}/{to}", this::weights);
    config.routes.get(
        "/api/models/{model}/features",
        context ->
            send(context, model(context).dashboard().batches().statistics().first(FEATURES)));
    config.routes.get(
        "/api/models/{model}/letters", context -> send(context, state(context).letters(LETTERS)));
    config.routes.get(
        "/api/models/{model}/commands",
        context -> send(context, state(context).commands(COMMANDS)));
    config.routes.get(
        "/api/models/{model}/drifts", context -> send(context, state(context).drifts()));
    config.routes.get(
        "/api/models/{model}/labels", context -> send(context, state(context).labels()));
    config.routes.get("/api/models/{model}/recent", this::recent);
    config.routes.get("/api/models/{model}/request", this::request);
    config.routes.post("/api/models/{model}/commands", this::command);
    config.routes.post("/api/models/{model}/letters", this::letters);
    config.routes.exception(IllegalArgumentException.class, (e, context) -> fail(context, 400, e));
    config.routes.exception(
        CorruptCheckpointException.class, (e, context) -> fail(context, 409, e));
    config.routes.exception(IllegalStateException.class, (e, context) -> fail(context, 503, e));
    config.routes.exception(KafkaException.class, (e, context) -> fail(context, 503, e));
  }

  private Map<String, Object> overview() {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("models", List.copyOf(models.keySet()));
    all.put("steers", settings.token().isPresent());
    return all;
  }

  private String view(String model) {
    return text(Objects.requireNonNull(models.get(model)).state().view(clock.millis()));
  }

  private void training(Context context) {
    send(context, state(context).training(since(context), POINTS));
  }

  private void serving(Context context) {
    ModelState state = state(context);
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("history", state.serving(since(context), POINTS));
    all.put("byVersion", state.answersByVersion());
    all.put("classes", state.classes());
    send(context, all);
  }

  private void pending(Context context) {
    Topics.Name topic = Topics.Name.of(context.pathParam("topic"));
    send(context, state(context).pending(topic, since(context), POINTS));
  }

  /** Sends a manifest as its record says it. */
  private void version(Context context) {
    context.contentType(JSON).result(manifest(context, "version").toString());
  }

  private void weights(Context context) {
    Checkpoint from = manifest(context, "from");
    Checkpoint to = manifest(context, "to");
    send(context, model(context).dashboard().weights().compare(from, to));
  }

  private Checkpoint manifest(Context context, String parameter) {
    long version = number(context.pathParam(parameter));
    return state(context)
        .manifest(version)
        .orElseThrow(() -> new NotFoundResponse("no version " + version));
  }

  private void recent(Context context) {
    send(context, model(context).dashboard().requests().recent());
  }

  private void request(Context context) {
    @Nullable String id = context.queryParam("id");
    if (id == null) {
      throw new BadRequestResponse("the request's id is missing");
    }
    send(
        context,
        state(context)
            .request(id)
            .orElseThrow(
                () ->
                    new NotFoundResponse(
                        "this request is not among the newest answers; tidemill inspect finds"
                            + " older ones")));
  }

  private void command(Context context) {
    JsonNode body = body(context);
    ControlAction action =
        ControlAction.valueOf(body.path("action").asText().toUpperCase(Locale.ROOT));
    Long version = body.hasNonNull("version") ? body.get("version").asLong() : null;
    Double factor = body.hasNonNull("factor") ? body.get("factor").asDouble() : null;
    String id = model(context).dashboard().operator().command(action, version, factor);
    send(context.status(202), Map.of("id", id));
  }

  private void letters(Context context) {
    JsonNode body = body(context);
    boolean replay =
        switch (body.path("action").asText()) {
          case "replay" -> true;
          case "discard" -> false;
          default -> throw new IllegalArgumentException("the actions are replay and discard");
        };
    ModelDashboard model = model(context).dashboard();
    Set<Long> offsets = new LinkedHashSet<>();
    body.path("offsets").forEach(offset -> offsets.add(offset.asLong()));
    if (body.hasNonNull("kind")) {
      offsets.addAll(model.state().openLetters(body.get("kind").asText()));
    }
    if (offsets.isEmpty()) {
      throw new IllegalArgumentException("no dead letter is chosen");
    }
    send(context, model.operator().letters(replay, offsets, body.path("topicId").asText()));
  }

  private JsonNode body(Context context) {
    try {
      JsonNode body = json.readTree(context.body());
      if (body != null && body.isObject()) {
        return body;
      }
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("the body is not JSON", e);
    }
    throw new IllegalArgumentException("the body is not a JSON object");
  }

  private ModelState state(Context context) {
    return model(context).dashboard().state();
  }

  private Named model(Context context) {
    String name = context.pathParam("model");
    ModelDashboard found = models.get(name);
    if (found == null) {
      throw new NotFoundResponse("no model of this name is shown");
    }
    return new Named(name, found);
  }

  private static long since(Context context) {
    @Nullable String given = context.queryParam("since");
    return given == null ? 0 : number(given);
  }

  private static long number(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new BadRequestResponse("not a whole number");
    }
  }

  private void send(Context context, Object value) {
    context.contentType(JSON).result(text(value));
  }

  private void fail(Context context, int status, Exception e) {
    send(context.status(status), Map.of("error", String.valueOf(e.getMessage())));
  }

  private String text(Object value) {
    try {
      return json.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    stream.close();
    server.stop();
  }

  private record Named(String name, ModelDashboard dashboard) {}
}
