package dev.tidemill.checkpoints;

/** Bytes that are no safetensors file, or one whose tensors are not those of the model. */
public final class MalformedSafeTensorsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  MalformedSafeTensorsException(String message) {
    super(message);
  }

  MalformedSafeTensorsException(String message, Throwable cause) {
    super(message, cause);
  }
}
