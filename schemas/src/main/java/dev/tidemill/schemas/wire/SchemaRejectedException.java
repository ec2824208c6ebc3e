package dev.tidemill.schemas.wire;

/** A schema registry rejects a schema under a subject, e.g. because it is incompatible. */
public final class SchemaRejectedException extends RegistryException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message the registry's address, the subject, and the registry's reason
   */
  public SchemaRejectedException(String message) {
    super(message, null);
  }

  /** Repeats a cached rejection for another caller. */
  SchemaRejectedException(String message, Throwable cause) {
    super(message, cause);
  }
}
