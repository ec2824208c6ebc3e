package dev.tidemill.schemas.wire;

import org.jspecify.annotations.Nullable;

/**
 * A schema registry did not answer a request or rejected a schema. The message names the registry
 * and the reason.
 */
public abstract sealed class RegistryException extends RuntimeException
    permits RegistryUnavailableException, SchemaRejectedException {
  private static final long serialVersionUID = 1L;

  RegistryException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
