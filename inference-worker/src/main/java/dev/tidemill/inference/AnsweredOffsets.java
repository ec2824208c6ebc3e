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
 * <p>Answers of a partition are committed in the order of its requests, each naming the one that it
 * answers, and those to a topic that was deleted stand before those to its successor. So the last
 * committed answer decides. What was refused after it without an answer is refused once more.
 */
final class AnsweredOffsets {
  private static final int FIRST_WINDOW = 16;

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

  /** The last committed answer in a partition; empty where there is none. */
  Optional<Prediction> last(int partition) {
    TopicPartition place = new TopicPartition(predictions, partition);
    CommittedLog log = CommittedLog.of(clients, clientId);
    try (Consumer<byte[], byte[]> consumer = clients.assignedConsumer(clientId)) {
      consumer.assign(List.of(place));
      long begin = consumer.beginningOffsets(List.of(place)).getOrDefault(place, 0L);
      long to = log.ends(List.of(place)).getOrDefault(place, begin);
      Last last = new Last();
      // The last offsets may be transactions' markers, or aborted.
      for (long window = FIRST_WINDOW; to > begin && last.found == null; window *= 4) {
        long from = Math.max(begin, to - window);
        consumer.seek(place, from);
        log.readToEnd(consumer, Map.of(place, to), last::see);
        to = from;
      }
      return Optional.ofNullable(last.found);
    }
  }

  private final class Last {
    @Nullable Prediction found;
    private long offset = -1;

    void see(ConsumerRecord<byte[], byte[]> record) {
      if (record.offset() < offset) {
        return;
      }
      try {
        found = codec.decode(record, Prediction.class);
        offset = record.offset();
      } catch (MalformedRecordException e) {
        // Not one of ours: the one before it decides.
        return;
      }
    }
  }
}
