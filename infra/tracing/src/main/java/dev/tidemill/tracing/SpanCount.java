package dev.tidemill.tracing;

import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts the spans that end and those that the collector has got. The SDK drops spans without a
 * word when its queue is full, and reports a flush as done when the export failed. Any thread.
 */
final class SpanCount implements SpanProcessor {
  private final AtomicLong ended = new AtomicLong();
  private final AtomicLong exported = new AtomicLong();

  /** Returns how many sampled spans have ended and not been exported. */
  long lost() {
    return ended.get() - exported.get();
  }

  @Override
  public void onStart(Context parent, ReadWriteSpan span) {}

  @Override
  public boolean isStartRequired() {
    return false;
  }

  @Override
  public void onEnd(ReadableSpan span) {
    if (span.getSpanContext().isSampled()) {
      ended.incrementAndGet();
    }
  }

  @Override
  public boolean isEndRequired() {
    return true;
  }

  /** Returns an exporter that counts what another one has exported. */
  SpanExporter counting(SpanExporter exporter) {
    return new SpanExporter() {
      @Override
      public CompletableResultCode export(Collection<SpanData> spans) {
        int count = spans.size();
        CompletableResultCode result = exporter.export(spans);
        return result.whenComplete(
            () -> {
              if (result.isSuccess()) {
                exported.addAndGet(count);
              }
            });
      }

      @Override
      public CompletableResultCode flush() {
        return exporter.flush();
      }

      @Override
      public CompletableResultCode shutdown() {
        return exporter.shutdown();
      }
    };
  }
}
