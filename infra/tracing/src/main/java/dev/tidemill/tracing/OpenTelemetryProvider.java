package dev.tidemill.tracing;

import dev.tidemill.messaging.tracing.ProcessTracing;
import dev.tidemill.messaging.tracing.Tracing;
import dev.tidemill.messaging.tracing.TracingProvider;
import dev.tidemill.runtime.InvalidSettingsException;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigurationException;
import io.opentelemetry.sdk.common.CompletableResultCode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.bridge.SLF4JBridgeHandler;

/**
 * Opens the tracer of an OpenTelemetry agent, if the process has one. Otherwise configures
 * OpenTelemetry's SDK from the environment variables that it defines, if they name an exporter. The
 * SDK exports in the background; the process flushes the rest before it ends. An agent does that
 * itself.
 */
public final class OpenTelemetryProvider implements TracingProvider {
  /**
   * What holds unless a variable says otherwise. Metrics and logs have ways of their own. HTTP is
   * what the JDK's client can do.
   */
  private static final Map<String, String> DEFAULTS =
      Map.of(
          "otel.service.name", "tidemill",
          "otel.exporter.otlp.protocol", "http/protobuf",
          // A version links to the batches that it was trained on.
          "otel.span.link.count.limit", "1000",
          // A version ends the spans of its batches at once.
          "otel.bsp.max.queue.size", "16384",
          "otel.bsp.max.export.batch.size", "2048",
          "otel.metrics.exporter", "none",
          "otel.logs.exporter", "none");

  @Override
  public Optional<Tracing> open() {
    if (GlobalOpenTelemetry.isSet()) {
      return Optional.of(new RecordTracing(GlobalOpenTelemetry.get(), atMost -> 0));
    }
    return ProcessTracing.configured().map(OpenTelemetryProvider::configure);
  }

  private static Tracing configure(String variable) {
    // The SDK says through java.util.logging why an export failed.
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();
    SpanCount count = new SpanCount();
    try {
      OpenTelemetrySdk sdk =
          AutoConfiguredOpenTelemetrySdk.builder()
              .addPropertiesSupplier(() -> DEFAULTS)
              .addTracerProviderCustomizer((provider, config) -> provider.addSpanProcessor(count))
              .addSpanExporterCustomizer((exporter, config) -> count.counting(exporter))
              .disableShutdownHook()
              .build()
              .getOpenTelemetrySdk();
      return new RecordTracing(sdk, atMost -> flush(sdk, count, atMost));
    } catch (ConfigurationException e) {
      Throwable root = e;
      while (root.getCause() != null) {
        root = root.getCause();
      }
      throw new InvalidSettingsException(
          List.of(
              variable + " is set, but OpenTelemetry rejects its settings: " + root.getMessage()));
    }
  }

  private static long flush(OpenTelemetrySdk sdk, SpanCount count, Duration atMost) {
    CompletableResultCode unused =
        sdk.getSdkTracerProvider().forceFlush().join(atMost.toMillis(), TimeUnit.MILLISECONDS);
    return count.lost();
  }
}
