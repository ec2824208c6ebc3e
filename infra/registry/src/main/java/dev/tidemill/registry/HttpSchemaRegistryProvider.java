package dev.tidemill.registry;

import dev.tidemill.messaging.RegistrySettings;
import dev.tidemill.messaging.SchemaRegistryProvider;
import dev.tidemill.schemas.wire.SchemaRegistry;

/** The service provider that connects to a schema registry over HTTP. */
public final class HttpSchemaRegistryProvider implements SchemaRegistryProvider {
  @Override
  public SchemaRegistry open(RegistrySettings settings) {
    return new HttpSchemaRegistry(settings);
  }
}
