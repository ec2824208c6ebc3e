package dev.tidemill.schemas.wire;

import org.jspecify.annotations.Nullable;

/** A schema registry refused, or could not be asked; the message says which one and why. */
public final class RegistryException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  RegistryException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
