package dev.tidemill.pipeline;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/** Receives spans over OTLP, as a collector does. */
final class SpanReceiver implements AutoCloseable {
  private final HttpServer server;
  private final List<Received> spans = new CopyOnWriteArrayList<>();

  /**
   * A span as it was exported.
   *
   * @param parent id of its parent; empty if it has none
   * @param links ids of the spans that it links to
   */
  record Received(
      String service,
      String name,
      String trace,
      String id,
      String parent,
      List<String> links,
      Map<String, Long> numbers,
      boolean failed) {

    private static Received of(String service, Span span) {
      return new Received(
          service,
          span.getName(),
          hex(span.getTraceId().toByteArray()),
          hex(span.getSpanId().toByteArray()),
          hex(span.getParentSpanId().toByteArray()),
          span.getLinksList().stream().map(link -> hex(link.getSpanId().toByteArray())).toList(),
          span.getAttributesList().stream()
              .filter(attribute -> attribute.getValue().hasIntValue())
              .collect(
                  Collectors.toMap(
                      KeyValue::getKey, attribute -> attribute.getValue().getIntValue())),
          span.getStatus().getCode() == Status.StatusCode.STATUS_CODE_ERROR);
    }

    private static String hex(byte[] id) {
      return HexFormat.of().formatHex(id);
    }

    /** How headers name it, without their flags. */
    String traceparent() {
      return "00-" + trace + "-" + id;
    }
  }

  SpanReceiver() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/v1/traces", this::receive);
    server.start();
  }

  /** The environment of a process that exports to this receiver. */
  Map<String, String> environment(String service) {
    return Map.of(
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        "http://127.0.0.1:" + server.getAddress().getPort(),
        "OTEL_SERVICE_NAME",
        service,
        "OTEL_BSP_SCHEDULE_DELAY",
        "200");
  }

  /** The spans of a service whose names begin with an operation. */
  List<Received> spans(String service, String operation) {
    return spans.stream()
        .filter(span -> span.service().equals(service) && span.name().startsWith(operation + " "))
        .toList();
  }

  private void receive(HttpExchange exchange) throws IOException {
    try (exchange) {
      ExportTraceServiceRequest request =
          ExportTraceServiceRequest.parseFrom(exchange.getRequestBody());
      request.getResourceSpansList().forEach(this::add);
      exchange.sendResponseHeaders(200, -1);
    }
  }

  private void add(ResourceSpans resource) {
    String service =
        resource.getResource().getAttributesList().stream()
            .filter(attribute -> attribute.getKey().equals("service.name"))
            .map(attribute -> attribute.getValue().getStringValue())
            .findFirst()
            .orElseThrow();
    for (ScopeSpans scope : resource.getScopeSpansList()) {
      scope.getSpansList().forEach(span -> spans.add(Received.of(service, span)));
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
