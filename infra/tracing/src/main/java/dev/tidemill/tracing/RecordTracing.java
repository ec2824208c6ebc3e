package dev.tidemill.tracing;

import dev.tidemill.messaging.tracing.RecordSpan;
import dev.tidemill.messaging.tracing.Tracing;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapPropagator;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;

/** Spans with the names and attributes of OpenTelemetry's conventions for messaging. Any thread. */
final class RecordTracing implements Tracing {
  private final Tracer tracer;
  private final TextMapPropagator propagator;

  private final ToLongFunction<Duration> flush;

  /**
   * @param flush exports the spans that have ended within a time; returns how many were lost
   */
  RecordTracing(OpenTelemetry telemetry, ToLongFunction<Duration> flush) {
    this.flush = flush;
    this.tracer = telemetry.getTracer("dev.tidemill");
    this.propagator = telemetry.getPropagators().getTextMapPropagator();
  }

  @Override
  public boolean isOn() {
    return true;
  }

  @Override
  public RecordSpan sending(ProducerRecord<byte[], byte[]> record) {
    SpanBuilder span =
        begin("send", record.topic(), record.headers()).setSpanKind(SpanKind.PRODUCER);
    RecordSpan begun = new OpenTelemetrySpan(span.startSpan(), propagator);
    begun.writeTo(record.headers());
    return begun;
  }

  @Override
  public RecordSpan processing(
      String operation, ConsumerRecord<byte[], byte[]> record, long nanosAgo) {
    Span span =
        begin(operation, record.topic(), record.headers())
            .setSpanKind(SpanKind.CONSUMER)
            .setStartTimestamp(Instant.now().minusNanos(nanosAgo))
            .setAttribute("messaging.destination.partition.id", String.valueOf(record.partition()))
            .setAttribute("messaging.kafka.offset", record.offset())
            .startSpan();
    return new OpenTelemetrySpan(span, propagator);
  }

  private SpanBuilder begin(String operation, String topic, Headers headers) {
    return begin(
        operation, topic, propagator.extract(Context.root(), headers, HeaderText.INSTANCE));
  }

  private SpanBuilder begin(String operation, String topic, Context parent) {
    return tracer
        .spanBuilder(operation + " " + topic)
        .setParent(parent)
        .setAttribute("messaging.system", "kafka")
        .setAttribute("messaging.operation.name", operation)
        .setAttribute("messaging.destination.name", topic);
  }

  @Override
  public RecordSpan linking(String operation, String topic, List<RecordSpan> causes) {
    Context parent = Context.root();
    List<SpanContext> others = new ArrayList<>();
    for (RecordSpan cause : causes) {
      if (cause instanceof OpenTelemetrySpan span) {
        if (parent == Context.root()) {
          parent = span.in(Context.root());
        } else {
          others.add(span.context());
        }
      }
    }
    SpanBuilder span = begin(operation, topic, parent).setSpanKind(SpanKind.PRODUCER);
    others.forEach(span::addLink);
    return new OpenTelemetrySpan(span.startSpan(), propagator);
  }

  @Override
  public long flush(Duration atMost) {
    return flush.applyAsLong(atMost);
  }
}
