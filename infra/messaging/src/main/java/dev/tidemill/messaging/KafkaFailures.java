package dev.tidemill.messaging;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ApplicationRecoverableException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.IllegalSaslStateException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.InvalidTxnTimeoutException;
import org.apache.kafka.common.errors.NotEnoughReplicasException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionAbortableException;
import org.apache.kafka.common.errors.TransactionCoordinatorFencedException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicIdException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.UnsupportedSaslMechanismException;

/** Classifies failures of Kafka's clients and explains what to do about them. */
public final class KafkaFailures {
  /** The kind of a failure, which decides what the caller does. */
  public enum Kind {
    /** Transient: abort the transaction and retry, with a new client if necessary. */
    RETRIABLE,
    /**
     * A newer worker has taken over, or the brokers ended a transaction that took too long: stop.
     */
    FENCED,
    /** One of the sent records causes it, so the same records fail again. */
    RECORD,
    /** An operator must change something. */
    FATAL
  }

  private KafkaFailures() {}

  /**
   * Returns the kind that a failure or its causes indicate; {@link Kind#FATAL} if none does. A
   * cause that is not retriable overrides retriable ones.
   */
  public static Kind kind(Throwable failure) {
    return kind(failure, Kind.FATAL);
  }

  /**
   * Returns the kind that a failure or its causes indicate. A cause that is not retriable overrides
   * retriable ones.
   *
   * @param unknown the kind if none does: {@link Kind#RECORD} for a caller that isolates records,
   *     and so finds the cause itself
   */
  public static Kind kind(Throwable failure, Kind unknown) {
    Kind kind = unknown;
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (isFenced(t)) {
        return Kind.FENCED;
      }
      if (t instanceof AuthorizationException || t instanceof AuthenticationException) {
        return Kind.FATAL;
      }
      if (isRecord(t)) {
        return Kind.RECORD;
      }
      if (isRetriable(t)) {
        kind = Kind.RETRIABLE;
      }
    }
    return kind;
  }

  /**
   * Explains a failure: what it concerns, which setting, what to do. Falls back to Kafka's own
   * message.
   *
   * @param topics the topics read or written, in case the failure names none
   */
  public static String explain(Throwable failure, String... topics) {
    return sentence(failure, topics)
        .orElseGet(
            () ->
                failure.getMessage() == null
                    ? failure.getClass().getSimpleName()
                    : failure.getMessage());
  }

  /** Returns the explanation of a failure, if there is one. */
  static Optional<String> sentence(Throwable failure, String... topics) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof KafkaFailureException explained) {
        return Optional.of(String.valueOf(explained.getMessage()));
      }
      Throwable cause = t;
      Optional<String> sentence =
          aboutRecord(cause, topics).or(() -> aboutRights(cause)).or(() -> aboutLog(cause, topics));
      if (sentence.isPresent()) {
        return sentence;
      }
    }
    return Optional.empty();
  }

  static boolean isFenced(Throwable t) {
    return t instanceof FencedException
        || t instanceof ProducerFencedException
        || t instanceof InvalidProducerEpochException
        || t instanceof TransactionCoordinatorFencedException
        || t instanceof FencedInstanceIdException;
  }

  private static boolean isRecord(Throwable t) {
    return t instanceof RecordTooLargeException
        || t instanceof RecordBatchTooLargeException
        || t instanceof InvalidTimestampException
        || t instanceof InvalidRecordException
        || t instanceof SerializationException;
  }

  private static boolean isRetriable(Throwable t) {
    return t instanceof RetriableException
        || t instanceof TransactionAbortableException
        || t instanceof ApplicationRecoverableException
        || t instanceof OutOfOrderSequenceException
        // The coordinator has forgotten or ended this producer's transaction.
        || t instanceof InvalidTxnStateException
        || t instanceof CommitFailedException
        || t instanceof RebalanceInProgressException
        || t instanceof OpenTransactionException;
  }

  private static Optional<String> aboutRecord(Throwable t, String... topics) {
    if (t instanceof RecordTooLargeException || t instanceof RecordBatchTooLargeException) {
      return Optional.of(
          "a record for "
              + named(topics)
              + " is too large: raise the topic's max.message.bytes, or send smaller records");
    }
    if (t instanceof InvalidTimestampException) {
      return Optional.of(
          named(topics)
              + " rejects the record's timestamp: check the clocks of this machine and of the"
              + " brokers, and the topic's message.timestamp.before.max.ms and"
              + " message.timestamp.after.max.ms");
    }
    if (t instanceof InvalidRecordException) {
      return Optional.of(
          named(topics)
              + " rejects the record: check the topic's cleanup.policy, since a compacted topic"
              + " accepts no record without a key");
    }
    return Optional.empty();
  }

  private static Optional<String> aboutRights(Throwable t) {
    if (t instanceof TopicAuthorizationException e) {
      return Optional.of(missingRight(named(e.unauthorizedTopics())));
    }
    if (t instanceof GroupAuthorizationException e) {
      return Optional.of(missingRight("consumer group " + e.groupId()));
    }
    if (t instanceof TransactionalIdAuthorizationException) {
      return Optional.of(missingRight("the transactional id"));
    }
    if (t instanceof ClusterAuthorizationException) {
      return Optional.of(missingRight("the cluster"));
    }
    if (t instanceof AuthorizationException) {
      return Optional.of(missingRight("the requested resource"));
    }
    if (t instanceof UnsupportedSaslMechanismException) {
      return Optional.of("the brokers do not offer the SASL mechanism: check kafka.sasl.mechanism");
    }
    if (t instanceof SaslAuthenticationException) {
      return Optional.of(
          "the brokers reject the user name or password: check kafka.sasl.jaas.config and"
              + " kafka.sasl.mechanism");
    }
    if (t instanceof IllegalSaslStateException) {
      return Optional.of(
          "the brokers do not expect SASL here: check kafka.security.protocol and the port in"
              + " bootstrap.servers");
    }
    if (t instanceof SslAuthenticationException) {
      return Optional.of(
          "the TLS handshake with the brokers failed: check kafka.ssl.truststore.location,"
              + " kafka.ssl.truststore.type, the brokers' host names in bootstrap.servers, and"
              + " kafka.security.protocol");
    }
    return Optional.empty();
  }

  private static Optional<String> aboutLog(Throwable t, String... topics) {
    if (t instanceof LogTruncationException e) {
      return Optional.of(
          "records of "
              + partitions(e)
              + " that were read are no longer on the log: the topic was recreated, or a broker"
              + " without the newest records became its leader (unclean.leader.election.enable)");
    }
    if (t instanceof OffsetOutOfRangeException e) {
      return Optional.of(
          "the log of "
              + partitions(e)
              + " does not hold the requested offset ("
              + e.offsetOutOfRangePartitions()
              + "): retention removed it, or the topic was recreated");
    }
    if (t instanceof InvalidTxnTimeoutException) {
      return Optional.of(
          "the producer's transaction timeout exceeds the brokers' limit: raise their"
              + " transaction.max.timeout.ms");
    }
    if (t instanceof UnknownTopicOrPartitionException || t instanceof UnknownTopicIdException) {
      return Optional.of(
          named(topics) + " does not exist (any more): create it with tidemill topics create");
    }
    if (t instanceof NotEnoughReplicasException) {
      return Optional.of(
          named(topics)
              + " has fewer in-sync replicas than its min.insync.replicas requires: check whether"
              + " brokers are down");
    }
    return Optional.empty();
  }

  private static String missingRight(String what) {
    return "the principal has no right to use "
        + what
        + ": grant it (see tidemill topics acls), or check kafka.sasl.jaas.config";
  }

  private static Set<String> partitions(InvalidOffsetException e) {
    Set<String> partitions = new TreeSet<>();
    for (TopicPartition partition : e.partitions()) {
      partitions.add(partition.toString());
    }
    return partitions;
  }

  private static String named(String... topics) {
    return named(List.of(topics));
  }

  private static String named(Collection<String> topics) {
    return topics.isEmpty()
        ? "a topic"
        : (topics.size() == 1 ? "topic " : "one of the topics ")
            + String.join(", ", new TreeSet<>(topics));
  }
}
