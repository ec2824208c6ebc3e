package dev.tidemill.schemas.wire;

/** A schema registry does not accept a schema under a subject, e.g. because it is incompatible. */
public final class SchemaRejectedException extends RegistryException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message the registry's address, the subject, and the registry's own reason
   */
  public SchemaRejectedException(String message) {
    super(message, null);
  }
}
