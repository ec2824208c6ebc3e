package dev.tidemill.producer;

import dev.tidemill.messaging.CommittedLog;
import dev.tidemill.messaging.KafkaFailures;
import dev.tidemill.messaging.OpenTransaction;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;

/**
 * Finds out when `read_committed` consumers can read a committed record. They can once its
 * transaction's marker is written and no earlier transaction of another producer is open. It only
 * asks for end offsets, so the permission to describe the topic is enough.
 */
final class Visibility {
  private static final Duration LIMIT = Duration.ofSeconds(5);
  private static final long INTERVAL_MILLIS = 5;

  private final Destination to;
  private final String clientId;

  Visibility(Destination to, String clientId) {
    this.to = to;
    this.clientId = clientId;
  }

  /**
   * Waits a few seconds for consumers to be able to read a record.
   *
   * @return what hides the record; empty if consumers can read it
   */
  Optional<String> await(RecordMetadata written) throws InterruptedException {
    TopicPartition partition = new TopicPartition(written.topic(), written.partition());
    try {
      return awaitReadable(partition, written.offset());
    } catch (KafkaException e) {
      return Optional.of(
          "all records are committed; cannot tell whether consumers of %s can read them yet: %s"
              .formatted(partition, KafkaFailures.explain(e)));
    }
  }

  private Optional<String> awaitReadable(TopicPartition partition, long offset)
      throws InterruptedException {
    try (Consumer<byte[], byte[]> reader = to.clients().assignedConsumer(clientId)) {
      long began = System.nanoTime();
      while (readableEnd(reader, partition) <= offset) {
        if (System.nanoTime() - began > LIMIT.toNanos()) {
          return Optional.of(
              "all records are committed; consumers of "
                  + partition
                  + " can read them when "
                  + blocker(partition));
        }
        TimeUnit.MILLISECONDS.sleep(INTERVAL_MILLIS);
      }
      return Optional.empty();
    }
  }

  /** The last stable offset: the end offset for `read_committed` consumers. */
  private static long readableEnd(Consumer<byte[], byte[]> reader, TopicPartition partition) {
    return reader.endOffsets(Set.of(partition)).getOrDefault(partition, 0L);
  }

  private String blocker(TopicPartition partition) {
    try {
      return new CommittedLog(to.clients(), clientId, LIMIT)
          .firstOpen(partition)
          .map(Visibility::ends)
          .orElse("earlier transactions have ended");
    } catch (AuthorizationException e) {
      return "an earlier open transaction has ended (only a principal with permission to read the"
          + " topic can see its producer)";
    }
  }

  private static String ends(OpenTransaction open) {
    return "the open transaction of producer "
        + (open.transactionalId() == null ? open.producerId() : open.transactionalId())
        + ", which began at offset "
        + open.startOffset()
        + ", has ended"
        + (open.timeout() == null
            ? ""
            : "; the brokers abort it " + open.timeout().toSeconds() + " s after it began");
  }
}
