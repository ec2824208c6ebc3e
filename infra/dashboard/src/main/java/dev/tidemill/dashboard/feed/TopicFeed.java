package dev.tidemill.dashboard.feed;

import dev.tidemill.contract.InvalidContractException;
import dev.tidemill.dashboard.state.ModelState;
import dev.tidemill.messaging.KafkaClients;
import dev.tidemill.messaging.KafkaFailures;
import dev.tidemill.messaging.MalformedRecordException;
import dev.tidemill.messaging.RecordCodec;
import dev.tidemill.messaging.SchemaUnavailableException;
import dev.tidemill.runtime.Duty;
import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.schemas.ControlEvent;
import dev.tidemill.schemas.DataContract;
import dev.tidemill.schemas.DeadLetter;
import dev.tidemill.schemas.Label;
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
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
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
  private final Supplier<String> currentStructure;
  private final Clock clock;
  private final Consumer<byte[], byte[]> consumer;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private Map<TopicPartition, Long> past = Map.of();
  private String structure = "";
  private boolean assigned;

  /**
   * @param deadLettersId returns the id of the topic `dead-letters`
   * @param currentStructure returns the topics' ids and partitions; when they change, the topics
   *     are read again
   */
  public TopicFeed(
      String name,
      KafkaClients clients,
      RecordCodec codec,
      Topics topics,
      ModelState state,
      Supplier<String> deadLettersId,
      Supplier<String> currentStructure,
      Clock clock) {
    this.name = name;
    this.codec = codec;
    this.topics = topics;
    this.state = state;
    this.deadLettersId = deadLettersId;
    this.currentStructure = currentStructure;
    this.clock = clock;
    this.consumer = clients.watchingConsumer(name);
  }

  @Override
  public String roleName() {
    return name;
  }

  @Override
  public boolean doWork() throws InterruptedException {
    try {
      if (!assigned || !structure.equals(currentStructure.get())) {
        structure = currentStructure.get();
        assign();
        assigned = true;
      }
      deliver(consumer.poll(POLL));
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
    for (String topic :
        List.of(topics.contract(), topics.checkpoints(), topics.control(), topics.deadLetters())) {
      whole.add(new TopicPartition(topic, 0));
    }
    TopicPartition progress = new TopicPartition(topics.progress(), 0);
    List<TopicPartition> predictions = new ArrayList<>(partitions(topics.predictions()));
    predictions.addAll(partitions(topics.labels()));
    List<TopicPartition> all = new ArrayList<>(whole);
    all.add(progress);
    all.addAll(predictions);
    consumer.assign(all);
    past = new HashMap<>(consumer.endOffsets(all));
    consumer.seekToBeginning(whole);
    long since = clock.millis() - LOOK_BACK.toMillis();
    Map<TopicPartition, Long> times = new HashMap<>();
    times.put(progress, since);
    predictions.forEach(partition -> times.put(partition, since));
    Map<TopicPartition, OffsetAndTimestamp> found = consumer.offsetsForTimes(times);
    long most = PAST_PREDICTIONS / Math.max(1, predictions.size());
    boolean[] wholeLog = {true};
    times
        .keySet()
        .forEach(
            partition -> {
              long end = past.getOrDefault(partition, 0L);
              OffsetAndTimestamp at = found.get(partition);
              long begin = at == null ? end : at.offset();
              if (!partition.equals(progress)) {
                begin = Math.max(begin, end - most);
                wholeLog[0] &= begin == 0 || end == 0;
              }
              consumer.seek(partition, begin);
            });
    state.restart(deadLettersId.get(), wholeLog[0]);
  }

  private List<TopicPartition> partitions(String topic) {
    return consumer.partitionsFor(topic).stream()
        .map(partition -> new TopicPartition(topic, partition.partition()))
        .toList();
  }

  /**
   * Adds all records. If the schema registry does not answer about one, it and those after it are
   * read again.
   */
  private void deliver(ConsumerRecords<byte[], byte[]> polled) {
    Map<TopicPartition, Long> left = new HashMap<>();
    polled
        .partitions()
        .forEach(partition -> left.put(partition, polled.records(partition).get(0).offset()));
    try {
      for (TopicPartition partition : polled.partitions()) {
        for (ConsumerRecord<byte[], byte[]> record : polled.records(partition)) {
          left.put(partition, record.offset());
          add(record);
        }
        left.remove(partition);
      }
    } catch (SchemaUnavailableException e) {
      left.forEach(consumer::seek);
      throw e;
    }
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
      // A clock ahead of ours would hold up the charts until ours is there, too.
      long written = Math.min(record.timestamp(), clock.millis());
      if (topic.equals(topics.progress())) {
        long at = past.isEmpty() ? clock.millis() : written;
        state.add(codec.decode(record, ProgressEvent.class), at);
      } else if (topic.equals(topics.predictions())) {
        state.add(
            codec.decode(record, Prediction.class), record.partition(), record.offset(), written);
      } else if (topic.equals(topics.labels())) {
        state.add(codec.decode(record, Label.class), written);
      } else if (topic.equals(topics.checkpoints())) {
        state.add(codec.decode(record, Checkpoint.class), written);
      } else if (topic.equals(topics.contract())) {
        state.add(codec.decode(record, DataContract.class));
      } else if (topic.equals(topics.deadLetters())) {
        state.add(codec.decode(record, DeadLetter.class), record.offset(), written);
      } else {
        state.add(codec.decode(record, ControlEvent.class));
      }
    } catch (MalformedRecordException | InvalidContractException e) {
      state.unreadable(
          record.topic(), record.partition(), record.offset(), e.getMessage(), clock.millis());
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
