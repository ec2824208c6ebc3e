package dev.tidemill.inference;

import dev.tidemill.messaging.CommittedLog;
import dev.tidemill.messaging.KafkaClients;
import dev.tidemill.messaging.MalformedRecordException;
import dev.tidemill.messaging.RecordCodec;
import dev.tidemill.schemas.Prediction;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Reads back from the predictions which request of a partition was answered last. Brokers forget a
 * group's offsets some days after its last member left; the answers themselves tell them, too.
 *
 * <p>Each answer names the request that it answers. Two producers of a worker take turns, and the
 * later one's answers may reach the log before the earlier one's, so the highest offset decides,
 * not the last answer. Their transactions are committed in order: every request before the highest
 * has its answer, too. Answers to a topic that was deleted stand before those to its successor. A
 * request that was refused without an answer after the highest is refused again.
 */
final class AnsweredOffsets {
  /** More than the answers of two commits that are under way at once. */
  private static final int FIRST_WINDOW = 8 * PipelinedDelivery.MOST_OPEN;

  private final KafkaClients clients;
  private final String clientId;
  private final RecordCodec codec;
  private final String predictions;

  /**
   * Reads nothing yet.
   *
   * @param predictions the model's topic of predictions
   */
  AnsweredOffsets(KafkaClients clients, String clientId, RecordCodec codec, String predictions) {
    this.clients = clients;
    this.clientId = clientId;
    this.codec = codec;
    this.predictions = predictions;
  }

  /** Returns the committed answer to a partition's highest offset; empty where there is none. */
  Optional<Prediction> highest(int partition) {
    TopicPartition place = new TopicPartition(predictions, partition);
    CommittedLog log = CommittedLog.of(clients, clientId);
    try (Consumer<byte[], byte[]> consumer = clients.assignedConsumer(clientId)) {
      consumer.assign(List.of(place));
      long begin = consumer.beginningOffsets(List.of(place)).getOrDefault(place, 0L);
      long to = log.ends(List.of(place)).getOrDefault(place, begin);
      Highest highest = new Highest();
      // A window may hold nothing but transaction markers and aborted answers.
      for (long window = FIRST_WINDOW; to > begin && highest.answer == null; window *= 4) {
        long from = Math.max(begin, to - window);
        consumer.seek(place, from);
        log.readToEnd(consumer, Map.of(place, to), highest::see);
        to = from;
      }
      return Optional.ofNullable(highest.answer);
    }
  }

  private final class Highest {
    @Nullable Prediction answer;

    void see(ConsumerRecord<byte[], byte[]> record) {
      try {
        Prediction seen = codec.decode(record, Prediction.class);
        if (seen.getRequestTopicId().isEmpty()
            || seen.getRequestPartition() != record.partition()) {
          // Written by a stranger: says nothing about our requests.
          return;
        }
        Prediction before = answer;
        if (before == null
            || !before.getRequestTopicId().equals(seen.getRequestTopicId())
            || before.getRequestOffset() < seen.getRequestOffset()) {
          answer = seen;
        }
      } catch (MalformedRecordException e) {
        // Neither does this.
        return;
      }
    }
  }
}
