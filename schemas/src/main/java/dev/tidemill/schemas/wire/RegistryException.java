package dev.tidemill.schemas.wire;

import org.jspecify.annotations.Nullable;

/** A schema registry cannot be asked, or rejects a schema; the message says which one and why. */
public abstract sealed class RegistryException extends RuntimeException
    permits RegistryUnavailableException, SchemaRejectedException {
  private static final long serialVersionUID = 1L;

  RegistryException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
