package dev.tidemill.tracing;

import dev.tidemill.messaging.tracing.ProcessTracing;
import dev.tidemill.messaging.tracing.Tracing;
import dev.tidemill.messaging.tracing.TracingProvider;
import dev.tidemill.runtime.InvalidSettingsException;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigurationException;
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
          "otel.metrics.exporter", "none",
          "otel.logs.exporter", "none");

  @Override
  public Optional<Tracing> open() {
    if (GlobalOpenTelemetry.isSet()) {
      return Optional.of(new RecordTracing(GlobalOpenTelemetry.get(), atMost -> true));
    }
    return ProcessTracing.configured().map(OpenTelemetryProvider::configure);
  }

  private static Tracing configure(String variable) {
    // The SDK says through java.util.logging why an export failed.
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();
    try {
      OpenTelemetrySdk sdk =
          AutoConfiguredOpenTelemetrySdk.builder()
              .addPropertiesSupplier(() -> DEFAULTS)
              .disableShutdownHook()
              .build()
              .getOpenTelemetrySdk();
      return new RecordTracing(sdk, atMost -> flush(sdk, atMost));
    } catch (ConfigurationException | IllegalStateException e) {
      // The latter: no sender for the protocol is on the class path.
      throw new InvalidSettingsException(
          List.of(variable + " is set, but OpenTelemetry rejects its settings: " + e.getMessage()));
    }
  }

  private static boolean flush(OpenTelemetrySdk sdk, Duration atMost) {
    return sdk.getSdkTracerProvider()
        .forceFlush()
        .join(atMost.toMillis(), TimeUnit.MILLISECONDS)
        .isSuccess();
  }
}
