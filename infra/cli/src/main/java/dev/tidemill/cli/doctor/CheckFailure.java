package dev.tidemill.cli.doctor;

import dev.tidemill.cli.output.FaultMessage;
import dev.tidemill.messaging.KafkaFailureException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.jspecify.annotations.Nullable;

/** Makes a finding of a failure. */
final class CheckFailure {
  private CheckFailure() {}

  /**
   * Returns that nothing was checked if a right is missing; otherwise an error.
   *
   * @param howToGrant says how to grant the rights that checks need
   */
  static Finding finding(@Nullable Throwable failure, String howToGrant) {
    String explained =
        FaultMessage.of(
            failure instanceof Exception fault
                ? KafkaFailureException.of(fault)
                : new IllegalStateException(failure));
    for (Throwable each = failure; each != null; each = each.getCause()) {
      if (each instanceof AuthorizationException) {
        return Finding.notChecked(explained, howToGrant);
      }
    }
    return Finding.error(explained, null);
  }
}
