package dev.tidemill.messaging.tracing;

import java.util.Optional;

/**
 * Opens the tracer of this process; found through {@link java.util.ServiceLoader}. The tracing
 * library is in a separate module, so a worker without traces does not include it.
 */
public interface TracingProvider {
  /**
   * Returns the tracer that the process was configured with; empty if it was not.
   *
   * @throws dev.tidemill.runtime.InvalidSettingsException if the configuration is invalid
   */
  Optional<Tracing> open();
}
