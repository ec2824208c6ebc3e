package dev.tidemill.messaging.tracing;

import dev.tidemill.runtime.InvalidSettingsException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tracer of this process, which OpenTelemetry's environment variables configure. Any thread.
 */
public final class ProcessTracing {
  private static final Logger LOG = LoggerFactory.getLogger(ProcessTracing.class);

  /** Each of them configures an exporter of traces. */
  private static final List<String> VARIABLES =
      List.of(
          "OTEL_TRACES_EXPORTER",
          "OTEL_EXPORTER_OTLP_ENDPOINT",
          "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT");

  /** For the spans of the last seconds. After a signal, the process ends 2 s later anyway. */
  private static final Duration FLUSH_LIMIT = Duration.ofSeconds(10);

  private static @Nullable Tracing tracing;

  private ProcessTracing() {}

  /**
   * Returns the tracer, which is opened once; {@link Tracing#OFF} if none is configured.
   *
   * @throws InvalidSettingsException if the configuration is invalid, or the tracing library is not
   *     installed
   */
  public static synchronized Tracing get() {
    Tracing open = tracing;
    if (open == null) {
      open = open();
      tracing = open;
    }
    return open;
  }

  private static Tracing open() {
    Optional<TracingProvider> provider = ServiceLoader.load(TracingProvider.class).findFirst();
    if (provider.isEmpty() && configured().isPresent()) {
      throw new InvalidSettingsException(
          List.of(
              configured().get()
                  + " is set, but OpenTelemetry is not installed; add tidemill-tracing to the class"
                  + " path, or unset it"));
    }
    return provider.flatMap(TracingProvider::open).orElse(Tracing.OFF);
  }

  /** Exports the last spans before the process ends, and says so if that fails. */
  public static synchronized void flush() {
    long lost = tracing == null ? 0 : tracing.flush(FLUSH_LIMIT);
    if (lost > 0) {
      LOG.warn("{} spans were not exported", lost);
    }
  }

  /** Returns the first variable, or system property in its place, that configures an exporter. */
  public static Optional<String> configured() {
    boolean isOff =
        value("OTEL_SDK_DISABLED").equals("true") || value("OTEL_TRACES_EXPORTER").equals("none");
    return isOff
        ? Optional.empty()
        : VARIABLES.stream().filter(variable -> !value(variable).isBlank()).findFirst();
  }

  private static String value(String variable) {
    String property = variable.toLowerCase(Locale.ROOT).replace('_', '.');
    String value = System.getProperty(property, System.getenv(variable));
    return value == null ? "" : value;
  }
}
