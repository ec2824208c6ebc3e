package dev.tidemill.cli.output;

import java.util.regex.Pattern;
import org.apache.kafka.common.errors.TimeoutException;

/** Formats an exception as one line. */
public final class FaultMessage {
  private static final Pattern LINE_END = Pattern.compile("\\R\\s*");

  private FaultMessage() {}

  /**
   * Returns the message, or the class name if there is none. Appends the cause if it adds
   * something. The text is {@link Printable}, because it may quote what anybody wrote to a topic.
   */
  public static String of(Throwable fault) {
    return Printable.of(LINE_END.matcher(text(fault)).replaceAll(" "));
  }

  private static String text(Throwable fault) {
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
    return message + ": " + text(cause);
  }
}
