package dev.tidemill.schemas.wire;

import org.jspecify.annotations.Nullable;

/**
 * A schema registry gives no usable answer: it is unreachable or overloaded, rejects the
 * credentials, or the address is not that of a registry. The record may be valid, and a later
 * attempt may succeed.
 */
public final class RegistryUnavailableException extends RegistryException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message the registry's address, the request, what happened, and which setting to check
   */
  public RegistryUnavailableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
