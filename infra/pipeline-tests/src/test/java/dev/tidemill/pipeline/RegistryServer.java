package dev.tidemill.pipeline;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** An in-memory schema registry with outages. The id of a schema is its index in a list, from 1. */
final class RegistryServer implements AutoCloseable {
  private final ObjectMapper json = new ObjectMapper();
  private final List<String> schemas = new ArrayList<>();
  private final AtomicInteger refused = new AtomicInteger();
  private final HttpServer server;
  private volatile boolean down;

  RegistryServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** Answers all later requests with 503. */
  void startOutage() {
    refused.set(0);
    down = true;
  }

  void endOutage() {
    down = false;
  }

  /** Number of refused requests since the outage began. */
  int refused() {
    return refused.get();
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    if (down) {
      refused.incrementAndGet();
      send(exchange, 503, "{\"message\":\"down\"}");
    } else if (exchange.getRequestMethod().equals("POST")) {
      String schema = json.readTree(body).path("schema").asText();
      if (!schemas.contains(schema)) {
        schemas.add(schema);
      }
      send(exchange, 200, "{\"id\":" + (schemas.indexOf(schema) + 1) + "}");
    } else {
      int id = Integer.parseInt(path.substring(path.lastIndexOf('/') + 1));
      if (id > schemas.size()) {
        send(exchange, 404, "{\"error_code\":40403,\"message\":\"Schema not found\"}");
      } else {
        send(exchange, 200, json.createObjectNode().put("schema", schemas.get(id - 1)).toString());
      }
    }
  }

  private static void send(HttpExchange exchange, int status, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    try (exchange) {
      exchange.sendResponseHeaders(status, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }
}
