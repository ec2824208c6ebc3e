package dev.tidemill.messaging;

import dev.tidemill.schemas.wire.SchemaRegistry;

/**
 * Makes the client of a schema registry; found by {@link java.util.ServiceLoader}. The client is a
 * module of its own, so that a worker without a registry carries none of it.
 */
public interface SchemaRegistryProvider {
  /**
   * Asks nothing of the registry yet.
   *
   * @throws dev.tidemill.runtime.InvalidSettingsException if a file that the settings name cannot
   *     be used
   */
  SchemaRegistry open(RegistrySettings settings);
}
