package dev.tidemill.inference;

import dev.tidemill.messaging.CommittedLog;
import dev.tidemill.messaging.KafkaClients;
import dev.tidemill.messaging.MalformedRecordException;
import dev.tidemill.messaging.RecordCodec;
import dev.tidemill.messaging.SchemaUnavailableException;
import dev.tidemill.schemas.Prediction;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Finds the last answered request of a partition in the predictions topic. Brokers delete a group's
 * offsets some days after its last member has left, but each answer names the request that it
 * answers.
 *
 * <p>The highest request offset decides, not the last answer in the log. A worker alternates
 * between two producers, and answers of the later transaction may reach the log first. Transactions
 * are committed in order, so every request before the highest one has its answer, too. Answers to a
 * deleted topic come before answers to its successor. A request after the highest one that was
 * refused without an answer is refused again.
 *
 * <p>Without transactions, an earlier request may lack its answer. {@link RequestPositions}
 * therefore commits a position before the first answer is sent, and the group's offset decides.
 *
 * <p>Waits for the schema registry only once. After that the caller waits, so that other partitions
 * are read meanwhile. One thread at a time.
 */
final class AnsweredOffsets {
  /** Records in the first window: more than the answers of two concurrent commits. */
  private static final int INITIAL_WINDOW = 8 * PipelinedDelivery.MAX_OPEN_REQUESTS;

  private final KafkaClients clients;
  private final String clientId;
  private final RecordCodec codec;
  private final String predictions;
  private boolean hasWaited;

  /** Thrown if an answer cannot be decoded until the schema registry answers. */
  static final class AnswerUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private AnswerUnavailableException(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * Creates a reader; reads nothing yet.
   *
   * @param predictions the model's predictions topic
   */
  AnsweredOffsets(KafkaClients clients, String clientId, RecordCodec codec, String predictions) {
    this.clients = clients;
    this.clientId = clientId;
    this.codec = codec;
    this.predictions = predictions;
  }

  /**
   * Returns the committed answer with a partition's highest request offset; empty if none exists.
   *
   * @throws AnswerUnavailableException if the schema registry does not answer; the caller retries
   *     later
   */
  Optional<Prediction> highest(int partition) {
    TopicPartition predictionPartition = new TopicPartition(predictions, partition);
    CommittedLog log = CommittedLog.of(clients, clientId);
    try (Consumer<byte[], byte[]> consumer = clients.assignedConsumer(clientId)) {
      consumer.assign(List.of(predictionPartition));
      long begin =
          consumer
              .beginningOffsets(List.of(predictionPartition))
              .getOrDefault(predictionPartition, 0L);
      long to = log.ends(List.of(predictionPartition)).getOrDefault(predictionPartition, begin);
      Highest highest = new Highest();
      // A window may contain only transaction markers and aborted answers.
      for (long window = INITIAL_WINDOW; to > begin && highest.answer == null; window *= 4) {
        long from = Math.max(begin, to - window);
        consumer.seek(predictionPartition, from);
        log.readToEnd(consumer, Map.of(predictionPartition, to), highest::accept);
        to = from;
      }
      return Optional.ofNullable(highest.answer);
    }
  }

  private Prediction decode(ConsumerRecord<byte[], byte[]> record) {
    if (hasWaited && !codec.isReadable(record)) {
      throw new AnswerUnavailableException(
          ("the answer in %s-%d at offset %d is waiting for its schema: the schema registry does"
                  + " not answer")
              .formatted(record.topic(), record.partition(), record.offset()),
          null);
    }
    try {
      return codec.decode(record, Prediction.class);
    } catch (SchemaUnavailableException e) {
      hasWaited = true;
      throw new AnswerUnavailableException(String.valueOf(e.getMessage()), e);
    }
  }

  private final class Highest {
    @Nullable Prediction answer;

    void accept(ConsumerRecord<byte[], byte[]> record) {
      try {
        Prediction seen = decode(record);
        if (seen.getRequestTopicId().isEmpty()
            || seen.getRequestPartition() != record.partition()) {
          // Another program wrote it, so it says nothing about our requests.
          return;
        }
        Prediction before = answer;
        if (before == null
            || !before.getRequestTopicId().equals(seen.getRequestTopicId())
            || before.getRequestOffset() < seen.getRequestOffset()) {
          answer = seen;
        }
      } catch (MalformedRecordException e) {
        // An undecodable record says nothing about our requests either.
        return;
      }
    }
  }
}
