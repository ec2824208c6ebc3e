package dev.tidemill.cli.output;

import org.apache.kafka.common.errors.TimeoutException;

/** An exception as one line of text. */
public final class FaultMessage {
  private FaultMessage() {}

  /** The message; the class where there is none. The cause only where it adds something. */
  public static String of(Throwable fault) {
    String message =
        fault.getMessage() == null ? fault.getClass().getSimpleName() : fault.getMessage();
    Throwable cause = fault.getCause();
    if (cause == null || cause.getMessage() == null || message.contains(cause.getMessage())) {
      return message;
    }
    if (cause instanceof TimeoutException) {
      // That it took too long is what our own message says; Kafka's adds only which call it was.
      return message;
    }
    return message + ": " + of(cause);
  }
}
