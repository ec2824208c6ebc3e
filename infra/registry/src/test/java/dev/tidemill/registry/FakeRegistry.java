package dev.tidemill.registry;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/** A registry that keeps one list of schemas; a schema's id is its place in it, from 1. */
final class FakeRegistry implements AutoCloseable {
  /** What the next requests get, before anything else is looked at. */
  enum Mood {
    OVERLOADED,
    /** The connection is closed without an answer. */
    BROKEN,
    /** The head comes, and the body never does. */
    HANGING,
    REJECTING,
    /** Some other server's page. */
    NOT_A_REGISTRY,
    REDIRECTING,
    /** More than anybody wants to read. */
    ENDLESS
  }

  final List<String> requests = new CopyOnWriteArrayList<>();
  final List<String> schemas = new CopyOnWriteArrayList<>();

  /** Members that an answer about a schema has besides it, as JSON; null: none. */
  volatile @Nullable String extra;

  /** The Authorization header that is needed; null: none is. */
  volatile @Nullable String authorization;

  private final Queue<Mood> moods = new ConcurrentLinkedQueue<>();
  private final ObjectMapper json = new ObjectMapper();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer server;

  FakeRegistry() throws IOException {
    this(HttpServer.create(loopback(), 0));
  }

  /** Over TLS. */
  static FakeRegistry overTls(SSLContext context, boolean needsClientCertificate)
      throws IOException {
    HttpsServer server = HttpsServer.create(loopback(), 0);
    server.setHttpsConfigurator(
        new HttpsConfigurator(context) {
          @Override
          public void configure(HttpsParameters parameters) {
            SSLParameters ssl = context.getDefaultSSLParameters();
            ssl.setNeedClientAuth(needsClientCertificate);
            parameters.setSSLParameters(ssl);
          }
        });
    return new FakeRegistry(server);
  }

  private FakeRegistry(HttpServer server) {
    this.server = server;
    server.createContext("/", this::answer);
    server.setExecutor(threads);
    server.start();
  }

  private static InetSocketAddress loopback() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  String url() {
    String scheme = server instanceof HttpsServer ? "https" : "http";
    return scheme + "://127.0.0.1:" + server.getAddress().getPort();
  }

  /** The next so many requests are treated like that. */
  void next(int count, Mood mood) {
    for (int i = 0; i < count; i++) {
      moods.add(mood);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    requests.add(exchange.getRequestMethod() + " " + path);
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    Mood mood = moods.poll();
    if (mood != null) {
      answerIn(mood, exchange);
    } else if (authorization != null
        && !authorization.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
      send(exchange, 401, "{\"error_code\":401,\"message\":\"Unauthorized\"}");
    } else if (exchange.getRequestMethod().equals("POST")) {
      String schema = json.readTree(body).path("schema").asText();
      if (!schemas.contains(schema)) {
        schemas.add(schema);
      }
      send(exchange, 200, "{\"id\":" + (schemas.indexOf(schema) + 1) + "}");
    } else {
      answerSchema(exchange, Integer.parseInt(path.substring(path.lastIndexOf('/') + 1)));
    }
  }

  private void answerSchema(HttpExchange exchange, int id) throws IOException {
    if (id < 1 || id > schemas.size()) {
      send(exchange, 404, "{\"error_code\":40403,\"message\":\"Schema not found\"}");
      return;
    }
    String schema = json.writeValueAsString(schemas.get(id - 1));
    String more = extra == null ? "" : "," + extra;
    send(exchange, 200, "{\"schema\":" + schema + more + "}");
  }

  private static void answerIn(Mood mood, HttpExchange exchange) throws IOException {
    switch (mood) {
      case OVERLOADED -> send(exchange, 503, "{\"message\":\"try later\"}");
      case BROKEN -> exchange.close();
      case HANGING -> {
        exchange.sendResponseHeaders(200, 100);
        exchange.getResponseBody().write('{');
        exchange.getResponseBody().flush();
      }
      case REJECTING ->
          send(exchange, 409, "{\"error_code\":409,\"message\":\"a field\\nis gone\"}");
      case NOT_A_REGISTRY -> send(exchange, 404, "<html>nothing here</html>");
      case REDIRECTING -> {
        exchange.getResponseHeaders().add("Location", "http://127.0.0.1:1/");
        send(exchange, 302, "");
      }
      case ENDLESS -> send(exchange, 200, "x".repeat((1 << 20) + 1));
    }
  }

  private static void send(HttpExchange exchange, int status, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    try (exchange) {
      exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }
}
