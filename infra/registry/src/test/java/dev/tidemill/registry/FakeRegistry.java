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

/** An HTTP registry with one list of schemas; a schema's id is its position, from 1. */
final class FakeRegistry implements AutoCloseable {
  /** A fault that the next requests get instead of an answer. */
  enum Fault {
    OVERLOADED,
    /** Closes the connection without an answer. */
    BROKEN,
    /** Sends headers and the start of the body, then nothing. */
    HANGING,
    REJECTING,
    /** Sends the page of another server. */
    NOT_A_REGISTRY,
    REDIRECTING,
    /** Sends a body that exceeds the client's limit. */
    ENDLESS
  }

  final List<String> requests = new CopyOnWriteArrayList<>();
  final List<String> schemas = new CopyOnWriteArrayList<>();

  /** Additional JSON members of an answer with a schema; null for none. */
  volatile @Nullable String extra;

  /** The required Authorization header; null for none. */
  volatile @Nullable String authorization;

  private final Queue<Fault> faults = new ConcurrentLinkedQueue<>();
  private final ObjectMapper json = new ObjectMapper();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer server;

  FakeRegistry() throws IOException {
    this(HttpServer.create(loopback(), 0));
  }

  /** Creates a registry over TLS. */
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

  /** Applies a fault to the next requests. */
  void next(int count, Fault fault) {
    for (int i = 0; i < count; i++) {
      faults.add(fault);
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
    Fault fault = faults.poll();
    if (fault != null) {
      answerWith(fault, exchange);
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

  private static void answerWith(Fault fault, HttpExchange exchange) throws IOException {
    switch (fault) {
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
