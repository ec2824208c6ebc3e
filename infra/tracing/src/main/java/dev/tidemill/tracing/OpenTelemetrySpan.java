package dev.tidemill.tracing;

import dev.tidemill.messaging.tracing.RecordSpan;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapPropagator;
import org.apache.kafka.common.header.Headers;

/** A span of OpenTelemetry. */
final class OpenTelemetrySpan implements RecordSpan {
  private final Span span;
  private final TextMapPropagator propagator;

  OpenTelemetrySpan(Span span, TextMapPropagator propagator) {
    this.span = span;
    this.propagator = propagator;
  }

  /** What a link to it contains. */
  SpanContext context() {
    return span.getSpanContext();
  }

  /** Returns a context in which it is the current span. */
  Context in(Context context) {
    return context.with(span);
  }

  @Override
  public boolean isRecorded() {
    return span.isRecording();
  }

  @Override
  public void writeTo(Headers headers) {
    propagator.inject(Context.root().with(span), headers, HeaderText.INSTANCE);
  }

  @Override
  public RecordSpan with(String attribute, long value) {
    span.setAttribute(attribute, value);
    return this;
  }

  @Override
  public void end() {
    span.end();
  }

  @Override
  public void fail(String reason) {
    span.setStatus(StatusCode.ERROR, reason);
    span.end();
  }
}
