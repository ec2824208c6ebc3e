package dev.tidemill.checkpoints;

/** Thrown when bytes are not a safetensors file, or its tensors are not the model's. */
public final class MalformedSafeTensorsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  MalformedSafeTensorsException(String message) {
    super(message);
  }

  MalformedSafeTensorsException(String message, Throwable cause) {
    super(message, cause);
  }
}
