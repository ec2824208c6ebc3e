package dev.tidemill.schemas.wire;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A registry that keeps one list of schemas; a schema's id is its place in it, from 1. */
final class FakeRegistry implements AutoCloseable {
  final List<String> requests = new CopyOnWriteArrayList<>();
  final List<String> schemas = new CopyOnWriteArrayList<>();

  private final ObjectMapper json = new ObjectMapper();
  private final HttpServer server;
  private volatile boolean refusing;

  FakeRegistry() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  void refuse() {
    refusing = true;
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    requests.add(exchange.getRequestMethod() + " " + path);
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    if (refusing) {
      send(exchange, 409, "{\"error_code\":409,\"message\":\"a field went away\"}");
    } else if (exchange.getRequestMethod().equals("POST")) {
      String schema = json.readTree(body).path("schema").asText();
      if (!schemas.contains(schema)) {
        schemas.add(schema);
      }
      send(exchange, 200, "{\"id\":" + (schemas.indexOf(schema) + 1) + "}");
    } else {
      int id = Integer.parseInt(path.substring(path.lastIndexOf('/') + 1));
      if (id < 1 || id > schemas.size()) {
        send(exchange, 404, "{\"error_code\":40403,\"message\":\"Schema not found\"}");
      } else {
        send(exchange, 200, json.createObjectNode().put("schema", schemas.get(id - 1)).toString());
      }
    }
  }

  private static void send(HttpExchange exchange, int status, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }
}
