package dev.tidemill.messaging;

import dev.tidemill.schemas.wire.SchemaRegistry;

/**
 * Creates the client of a schema registry; found through {@link java.util.ServiceLoader}. The
 * client is a separate module, so a worker without a registry does not include it.
 */
public interface SchemaRegistryProvider {
  /**
   * Creates the client without contacting the registry.
   *
   * @throws dev.tidemill.runtime.InvalidSettingsException if a file that the settings name cannot
   *     be used
   */
  SchemaRegistry open(RegistrySettings settings);
}
