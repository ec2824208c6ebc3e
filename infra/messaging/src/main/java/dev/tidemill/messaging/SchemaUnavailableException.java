package dev.tidemill.messaging;

import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when the schema registry does not answer in time about a record. The record itself may be
 * fine: a reader keeps its position and retries, and a writer retries, too.
 */
public final class SchemaUnavailableException extends RetriableException {
  private static final long serialVersionUID = 1L;

  SchemaUnavailableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
