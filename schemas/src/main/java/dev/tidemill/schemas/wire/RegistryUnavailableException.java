package dev.tidemill.schemas.wire;

import org.jspecify.annotations.Nullable;

/**
 * A schema registry gives no usable answer now: it is unreachable, overloaded, does not accept the
 * credentials, or there is none at the address. Says nothing about a record; a later attempt may
 * succeed.
 */
public final class RegistryUnavailableException extends RegistryException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message the registry's address, what it was asked, what happened, and which setting to
   *     check
   */
  public RegistryUnavailableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
