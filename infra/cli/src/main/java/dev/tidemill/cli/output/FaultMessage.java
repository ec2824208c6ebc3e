package dev.tidemill.cli.output;

import org.apache.kafka.common.errors.TimeoutException;

/** Formats an exception as one line. */
public final class FaultMessage {
  private FaultMessage() {}

  /**
   * Returns the message, or the class name if there is none. Appends the cause if it adds
   * something.
   */
  public static String of(Throwable fault) {
    String message =
        fault.getMessage() == null ? fault.getClass().getSimpleName() : fault.getMessage();
    Throwable cause = fault.getCause();
    if (cause == null || cause.getMessage() == null || message.contains(cause.getMessage())) {
      return message;
    }
    if (cause instanceof TimeoutException) {
      // Our own message already states the timeout; Kafka's only adds the name of a call.
      return message;
    }
    return message + ": " + of(cause);
  }
}
