package dev.tidemill.dashboard.feed;

import dev.tidemill.dashboard.state.ModelState;
import dev.tidemill.messaging.KafkaClients;
import dev.tidemill.messaging.KafkaFailures;
import dev.tidemill.messaging.MalformedRecordException;
import dev.tidemill.messaging.RecordCodec;
import dev.tidemill.messaging.SchemaUnavailableException;
import dev.tidemill.runtime.Duty;
import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.schemas.ControlEvent;
import dev.tidemill.schemas.DeadLetter;
import dev.tidemill.schemas.Prediction;
import dev.tidemill.schemas.ProgressEvent;
import dev.tidemill.schemas.Topics;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a model's small topics and its predictions, committed records only, without a group: first
 * what is on the log, then what comes.
 */
public final class TopicFeed implements Duty {
  private static final Logger LOG = LoggerFactory.getLogger(TopicFeed.class);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration LOOK_BACK = Duration.ofHours(8);
  private static final long RETRY_MILLIS = 2_000;

  /** Predictions that are read from the past; a page does not need a day of them. */
  private static final long PAST_PREDICTIONS = 100_000;

  private final String name;
  private final RecordCodec codec;
  private final Topics topics;
  private final ModelState state;
  private final Supplier<String> deadLettersId;
  private final Clock clock;
  private final Consumer<byte[], byte[]> consumer;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private Map<TopicPartition, Long> past = Map.of();
  private boolean assigned;
  private String letters = "";

  /**
   * @param deadLettersId returns the id of the topic `dead-letters`
   */
  public TopicFeed(
      String name,
      KafkaClients clients,
      RecordCodec codec,
      Topics topics,
      ModelState state,
      Supplier<String> deadLettersId,
      Clock clock) {
    this.name = name;
    this.codec = codec;
    this.topics = topics;
    this.state = state;
    this.deadLettersId = deadLettersId;
    this.clock = clock;
    this.consumer = clients.assignedConsumer(name);
  }

  @Override
  public String roleName() {
    return name;
  }

  @Override
  public boolean doWork() throws InterruptedException {
    try {
      if (!assigned) {
        assign();
        assigned = true;
      }
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        add(record);
      }
      endPast();
      state.unreachable(name, null);
      return true;
    } catch (WakeupException e) {
      return false;
    } catch (RuntimeException e) {
      if (KafkaFailures.kind(e) != KafkaFailures.Kind.RETRIABLE
          && !(e instanceof InvalidOffsetException)) {
        throw e;
      }
      LOG.debug("the topics of the model cannot be read; retrying", e);
      assigned = assigned && !(e instanceof InvalidOffsetException);
      state.unreachable(name, KafkaFailures.explain(e));
      return !stopping.await(RETRY_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  /** Begins where the page's histories begin. */
  private void assign() {
    List<TopicPartition> whole = new ArrayList<>();
    for (String topic : List.of(topics.checkpoints(), topics.control(), topics.deadLetters())) {
      whole.add(new TopicPartition(topic, 0));
    }
    TopicPartition progress = new TopicPartition(topics.progress(), 0);
    List<TopicPartition> predictions = new ArrayList<>();
    for (PartitionInfo partition : consumer.partitionsFor(topics.predictions())) {
      predictions.add(new TopicPartition(partition.topic(), partition.partition()));
    }
    List<TopicPartition> all = new ArrayList<>(whole);
    all.add(progress);
    all.addAll(predictions);
    letters = deadLettersId.get();
    consumer.assign(all);
    past = new HashMap<>(consumer.endOffsets(all));
    consumer.seekToBeginning(whole);
    long since = clock.millis() - LOOK_BACK.toMillis();
    Map<TopicPartition, Long> times = new HashMap<>();
    times.put(progress, since);
    predictions.forEach(partition -> times.put(partition, since));
    Map<TopicPartition, OffsetAndTimestamp> found = consumer.offsetsForTimes(times);
    long most = PAST_PREDICTIONS / Math.max(1, predictions.size());
    times
        .keySet()
        .forEach(
            partition -> {
              long end = past.getOrDefault(partition, 0L);
              OffsetAndTimestamp at = found.get(partition);
              long begin = at == null ? end : at.offset();
              consumer.seek(
                  partition, partition.equals(progress) ? begin : Math.max(begin, end - most));
            });
  }

  private void endPast() {
    if (past.isEmpty()) {
      return;
    }
    past.entrySet().removeIf(end -> consumer.position(end.getKey()) >= end.getValue());
    if (past.isEmpty()) {
      state.loaded();
    }
  }

  private void add(ConsumerRecord<byte[], byte[]> record) {
    try {
      String topic = record.topic();
      if (topic.equals(topics.progress())) {
        long at = past.isEmpty() ? clock.millis() : record.timestamp();
        state.add(codec.decode(record, ProgressEvent.class), at);
      } else if (topic.equals(topics.predictions())) {
        state.add(
            codec.decode(record, Prediction.class),
            record.partition(),
            record.offset(),
            record.timestamp());
      } else if (topic.equals(topics.checkpoints())) {
        state.add(codec.decode(record, Checkpoint.class));
      } else if (topic.equals(topics.deadLetters())) {
        state.add(codec.decode(record, DeadLetter.class), record.offset(), record.timestamp());
      } else {
        state.add(codec.decode(record, ControlEvent.class), letters);
      }
    } catch (MalformedRecordException | SchemaUnavailableException e) {
      state.unreadable(record.topic(), record.partition(), record.offset(), e.getMessage());
    }
  }

  @Override
  public void wakeUp() {
    stopping.countDown();
    consumer.wakeup();
  }

  @Override
  public void onClose() {
    consumer.close();
  }
}
