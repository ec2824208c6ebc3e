package dev.tidemill.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.messaging.KafkaFailures.Kind;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.InvalidTxnTimeoutException;
import org.apache.kafka.common.errors.NotLeaderOrFollowerException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionAbortableException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class KafkaFailuresTest {
  @ParameterizedTest
  @MethodSource
  void classifiesFailures(Throwable failure, Kind kind) {
    assertThat(KafkaFailures.kind(failure)).isEqualTo(kind);
    assertThat(KafkaFailures.kind(new ExecutionException(new KafkaException("in error", failure))))
        .isEqualTo(kind);
  }

  static Stream<Arguments> classifiesFailures() {
    return Stream.of(
        Arguments.of(new TimeoutException("late"), Kind.RETRIABLE),
        Arguments.of(new NotLeaderOrFollowerException("moved"), Kind.RETRIABLE),
        Arguments.of(new TransactionAbortableException("abort"), Kind.RETRIABLE),
        Arguments.of(new CommitFailedException(), Kind.RETRIABLE),
        Arguments.of(new RebalanceInProgressException(), Kind.RETRIABLE),
        Arguments.of(new InvalidTxnStateException("forgotten"), Kind.RETRIABLE),
        Arguments.of(new ProducerFencedException("fenced"), Kind.FENCED),
        Arguments.of(new InvalidProducerEpochException("old"), Kind.FENCED),
        Arguments.of(new RecordTooLargeException("large"), Kind.RECORD),
        Arguments.of(new InvalidTimestampException("early"), Kind.RECORD),
        Arguments.of(new TopicAuthorizationException("batches"), Kind.FATAL),
        Arguments.of(new SaslAuthenticationException("no"), Kind.FATAL),
        Arguments.of(new UnsupportedVersionException("old brokers"), Kind.FATAL),
        Arguments.of(new IllegalStateException("ours"), Kind.FATAL));
  }

  @Test
  void returnsTheCallersKindForAnUnknownFailure() {
    assertThat(KafkaFailures.kind(new IllegalStateException("ours"), Kind.RECORD))
        .isEqualTo(Kind.RECORD);
    assertThat(KafkaFailures.kind(new TopicAuthorizationException("batches"), Kind.RECORD))
        .isEqualTo(Kind.FATAL);
    assertThat(KafkaFailures.kind(new TimeoutException("late"), Kind.RECORD))
        .isEqualTo(Kind.RETRIABLE);
  }

  @Test
  void namesTopicAndSettingIfARecordIsTooLarge() {
    KafkaException failure =
        new KafkaException("Cannot execute", new RecordTooLargeException("larger than"));

    assertThat(KafkaFailures.explain(failure, "t.m.batches"))
        .isEqualTo(
            "a record for topic t.m.batches is too large: raise the topic's max.message.bytes, or"
                + " send smaller records");
  }

  @Test
  void namesThePartitionOfATruncatedLog() {
    TopicPartition partition = new TopicPartition("t.m.checkpoints", 0);
    LogTruncationException failure =
        new LogTruncationException(
            "Truncated partitions detected with divergent offsets {}",
            Map.of(partition, 7L),
            Map.<TopicPartition, OffsetAndMetadata>of());

    assertThat(KafkaFailures.explain(failure))
        .startsWith("records of [t.m.checkpoints-0] that were read are no longer on the log");
  }

  @Test
  void namesTheForbiddenResource() {
    assertThat(KafkaFailures.explain(new TopicAuthorizationException(Set.of("t.m.batches"))))
        .contains("no right to use topic t.m.batches", "tidemill topics acls");
    assertThat(KafkaFailures.explain(GroupAuthorizationException.forGroupId("tidemill-m-trainer")))
        .contains("consumer group tidemill-m-trainer");
    assertThat(KafkaFailures.explain(new SaslAuthenticationException("no")))
        .contains("kafka.sasl.jaas.config");
    assertThat(KafkaFailures.explain(new InvalidTxnTimeoutException("too long")))
        .contains("transaction.max.timeout.ms");
  }

  @Test
  void fallsBackToKafkasMessage() {
    IllegalStateException own = new IllegalStateException("the spec differs");

    assertThat(KafkaFailures.explain(own)).isEqualTo("the spec differs");
    assertThat(KafkaFailureException.of(own)).isSameAs(own);
  }
}
