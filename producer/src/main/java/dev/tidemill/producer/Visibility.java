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
 * When readers of committed records see a record that is committed: as soon as its transaction's
 * marker is written, or only when another producer's transaction before it has ended. It asks for
 * ends only, so the right to describe the topic is enough.
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
   * Waits until readers see a record, for a few seconds.
   *
   * @return what hides it; empty if nothing does
   */
  Optional<String> await(RecordMetadata written) throws InterruptedException {
    TopicPartition partition = new TopicPartition(written.topic(), written.partition());
    try {
      return awaitReadable(partition, written.offset());
    } catch (KafkaException e) {
      return Optional.of(
          "all is committed; whether readers of %s see it already is not known: %s"
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
              "all is committed; readers of " + partition + " see it once " + blocker(partition));
        }
        TimeUnit.MILLISECONDS.sleep(INTERVAL_MILLIS);
      }
      return Optional.empty();
    }
  }

  /** For readers of committed records. */
  private static long readableEnd(Consumer<byte[], byte[]> reader, TopicPartition partition) {
    return reader.endOffsets(Set.of(partition)).getOrDefault(partition, 0L);
  }

  private String blocker(TopicPartition partition) {
    try {
      return new CommittedLog(to.clients(), clientId, LIMIT)
          .firstOpen(partition)
          .map(Visibility::ends)
          .orElse("the transactions before it have ended");
    } catch (AuthorizationException e) {
      return "an open transaction before it has ended (whose, only principals with the right to"
          + " read the topic may see)";
    }
  }

  private static String ends(OpenTransaction open) {
    return "the open transaction of producer "
        + (open.transactionalId() == null ? open.producerId() : open.transactionalId())
        + " before it (from offset "
        + open.startOffset()
        + " on) has ended"
        + (open.timeout() == null
            ? ""
            : "; the brokers end it " + open.timeout().toSeconds() + " s after it began");
  }
}
