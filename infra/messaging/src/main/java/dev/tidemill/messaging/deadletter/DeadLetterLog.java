package dev.tidemill.messaging.deadletter;

import dev.tidemill.messaging.CommittedLog;
import dev.tidemill.messaging.KafkaClients;
import dev.tidemill.messaging.MalformedRecordException;
import dev.tidemill.messaging.RecordCodec;
import dev.tidemill.messaging.TopicAdmin;
import dev.tidemill.messaging.TopicState;
import dev.tidemill.schemas.ControlEvent;
import dev.tidemill.schemas.DeadLetter;
import dev.tidemill.schemas.DeadLetterAction;
import dev.tidemill.schemas.Topics;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** Reads a model's dead letters, and what operators did with them. Any thread. */
public final class DeadLetterLog {
  private final KafkaClients clients;
  private final RecordCodec codec;
  private final Topics topics;
  private final String clientId;

  public DeadLetterLog(KafkaClients clients, RecordCodec codec, Topics topics, String clientId) {
    this.clients = clients;
    this.codec = codec;
    this.topics = topics;
    this.clientId = clientId;
  }

  /** Receives what is on the topic. */
  public interface Reader {
    void letter(StoredLetter letter);

    /** Receives why a record on the topic is no dead letter. */
    void malformed(String reason);
  }

  /**
   * Passes on all letters that are on the topic now, oldest first. Holds one poll of them at a
   * time.
   *
   * @throws dev.tidemill.messaging.OpenTransactionException if a transaction stays open on one of
   *     the topics for {@code read.timeout.ms}
   */
  public void read(Reader reader) {
    read(describe(Topics.Name.DEAD_LETTERS).id().toString(), reader);
  }

  /**
   * Reads like {@link #read(Reader)}.
   *
   * @param topicId the topic's id; offsets of a topic that was recreated mean other letters
   */
  void read(String topicId, Reader reader) {
    Map<Long, DeadLetterAction> actions = actions(topicId);
    readToEnd(
        topics.deadLetters(),
        record -> {
          try {
            reader.letter(
                new StoredLetter(
                    record.offset(),
                    codec.decode(record, DeadLetter.class),
                    actions.get(record.offset())));
          } catch (MalformedRecordException e) {
            reader.malformed(String.valueOf(e.getMessage()));
          }
        });
  }

  TopicState describe(Topics.Name name) {
    try (TopicAdmin admin = new TopicAdmin(clients, clientId)) {
      return admin.describe(topics, name);
    }
  }

  private Map<Long, DeadLetterAction> actions(String topicId) {
    Map<Long, DeadLetterAction> actions = new HashMap<>();
    readToEnd(
        topics.control(),
        record -> {
          try {
            Object event = codec.decode(record, ControlEvent.class).getEvent();
            if (event instanceof DeadLetterAction action && action.getTopicId().equals(topicId)) {
              actions.put(action.getOffset(), action);
            }
          } catch (MalformedRecordException e) {
            // Workers report it; it is no action of this class.
          }
        });
    return actions;
  }

  private void readToEnd(
      String topic, java.util.function.Consumer<ConsumerRecord<byte[], byte[]>> each) {
    List<TopicPartition> partition = List.of(new TopicPartition(topic, 0));
    try (var consumer = clients.assignedConsumer(clientId)) {
      consumer.assign(partition);
      consumer.seekToBeginning(partition);
      CommittedLog log = CommittedLog.of(clients, clientId);
      log.readToEnd(consumer, log.ends(partition), each);
    }
  }
}
