package dev.tidemill.messaging;

import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;

/**
 * The schema registry had to be asked about a record and gave no answer in time. Says nothing about
 * the record: whoever reads keeps its position and tries again; whoever writes does so, too.
 */
public final class SchemaUnavailableException extends RetriableException {
  private static final long serialVersionUID = 1L;

  SchemaUnavailableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
