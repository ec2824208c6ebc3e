package dev.tidemill.schemas.tensor;

/** A tensor is inconsistent or does not support the requested access; the message says why. */
public final class MalformedTensorException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public MalformedTensorException(String message) {
    super(message);
  }
}
