package dev.tidemill.inference;

import dev.tidemill.messaging.FencedException;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.RetriableCommitFailedException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidPidMappingException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TransactionAbortableException;

/** What kept answers from being committed, by what can be done about it. */
enum DeliveryFailure {
  /** It passes: the same answers are committed by new producers, sooner or later. */
  PASSES,
  /** A newer producer with the same transactional id has taken over, or somebody fenced us. */
  FENCED,
  /** We may not. */
  FORBIDDEN,
  /** The same answers will be refused again. */
  REFUSED;

  static DeliveryFailure of(Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof FencedException) {
        return FENCED;
      }
      if (t instanceof AuthorizationException || t instanceof AuthenticationException) {
        return FORBIDDEN;
      }
      if (passes(t)) {
        return PASSES;
      }
    }
    return REFUSED;
  }

  private static boolean passes(Throwable t) {
    return t instanceof RetriableException
        || t instanceof TransactionAbortableException
        // The group has other members now, or threw this one out.
        || t instanceof CommitFailedException
        || t instanceof RetriableCommitFailedException
        // The coordinator has forgotten this producer: another one is made.
        || t instanceof OutOfOrderSequenceException
        || t instanceof InvalidPidMappingException
        || t instanceof InvalidTxnStateException;
  }
}
