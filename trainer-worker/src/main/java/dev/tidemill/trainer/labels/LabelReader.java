package dev.tidemill.trainer.labels;

import dev.tidemill.evaluation.RecordAt;
import dev.tidemill.messaging.MalformedRecordException;
import dev.tidemill.messaging.RecordCodec;
import dev.tidemill.messaging.RecordPolicy;
import dev.tidemill.messaging.TopicState;
import dev.tidemill.schemas.Label;
import dev.tidemill.schemas.Prediction;
import dev.tidemill.trainer.drift.DelayedErrors;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads {@code labels} and {@code predictions} in about the order of their timestamps, and adds
 * them to {@link DelayedErrors}. {@link LabelDuty}'s thread.
 */
final class LabelReader implements RecordPolicy {
  private static final Logger LOG = LoggerFactory.getLogger(LabelReader.class);
  private static final String ANEW = "the detection of drift by delayed labels begins anew: {}";

  /**
   * How long a record is held back, so that earlier ones can arrive from partitions that seem to be
   * at their end.
   */
  private static final long SETTLING_MILLIS = Duration.ofSeconds(1).toMillis();

  /** From this number of records on, those of one millisecond do not wait for each other. */
  private static final int MAX_WAITING = 10_000;

  private final Consumer<byte[], byte[]> consumer;
  private final RecordCodec codec;
  private final DelayedErrors errors;
  private final Clock clock;
  private final LongSupplier nanoTime;
  private final TimeAlignment alignment = new TimeAlignment();
  private final TimeOrder waiting = new TimeOrder(MAX_WAITING);
  private Set<TopicPartition> ahead = Set.of();
  private @Nullable Topics topics;
  private boolean hasUnreadable;
  private long progressed;

  /** The topics as they are read; each field may change when a topic is recreated or extended. */
  record Topics(TopicState labels, TopicState predictions) {
    List<TopicPartition> partitions() {
      List<TopicPartition> all = new ArrayList<>(partitions(labels));
      all.addAll(partitions(predictions));
      return all;
    }

    private static List<TopicPartition> partitions(TopicState topic) {
      return IntStream.range(0, topic.partitions())
          .mapToObj(partition -> new TopicPartition(topic.topic(), partition))
          .toList();
    }

    boolean haveIdsOf(Topics other) {
      return labels.id().equals(other.labels.id())
          && predictions.id().equals(other.predictions.id());
    }
  }

  /**
   * @param nanoTime a clock like {@link System#nanoTime}
   */
  LabelReader(
      Consumer<byte[], byte[]> consumer,
      RecordCodec codec,
      DelayedErrors errors,
      Clock clock,
      LongSupplier nanoTime) {
    this.consumer = consumer;
    this.codec = codec;
    this.errors = errors;
    this.clock = clock;
    this.nanoTime = nanoTime;
  }

  /**
   * Assigns the partitions, unless they are assigned.
   *
   * @return whether there is anything to read: not before the first label
   */
  boolean follow(Topics now) {
    Topics before = topics;
    if (before == null || !before.haveIdsOf(now)) {
      if (!begin(now)) {
        return false;
      }
    } else if (before.partitions().size() < now.partitions().size()) {
      List<TopicPartition> added = new ArrayList<>(now.partitions());
      added.removeAll(before.partitions());
      consumer.assign(now.partitions());
      consumer.seekToBeginning(added);
    }
    topics = now;
    return true;
  }

  private boolean begin(Topics now) {
    // The client takes offsets that it looks up for assigned partitions for their ends: currentLag
    // would be wrong until the next fetch.
    consumer.unsubscribe();
    LabelStart start = LabelStart.of(consumer, now.partitions(), now.labels().topic(), clock);
    if (!start.hasLabels()) {
      return false;
    }
    String labels = now.labels().id().toString();
    String predictions = now.predictions().id().toString();
    if (!errors.begin(labels, predictions)) {
      LOG.warn(ANEW, "the topic of labels or predictions was recreated");
    } else if (start.isBeyondEnd(errors.seen())) {
      LOG.warn(ANEW, "the topic of labels or predictions lost its end");
      errors.forget();
      boolean unused = errors.begin(labels, predictions);
    }
    start
        .deleted(errors.seen())
        .ifPresent(lost -> LOG.warn("{} were deleted before they were compared", lost));
    Map<TopicPartition, Long> positions = start.positions(errors.seen());
    consumer.assign(now.partitions());
    positions.forEach(consumer::seek);
    alignment.clear();
    waiting.clear();
    ahead = Set.of();
    progressed = nanoTime.getAsLong();
    return true;
  }

  /** Assigns the partitions again, because the log does not hold a position any more. */
  void restart() {
    topics = null;
  }

  @Override
  public boolean isReadable(ConsumerRecord<byte[], byte[]> record) {
    return codec.isReadable(record);
  }

  @Override
  public boolean wants(TopicPartition partition) {
    return !ahead.contains(partition);
  }

  @Override
  public boolean onRecords(ConsumerRecords<byte[], byte[]> records) {
    for (ConsumerRecord<byte[], byte[]> record : records) {
      long millis = millis(record);
      alignment.read(new TopicPartition(record.topic(), record.partition()), millis);
      waiting.add(record, millis);
    }
    addComplete();
    ahead = alignment.ahead(consumer.assignment(), this::isAtEnd);
    if (!records.isEmpty() || consumer.assignment().stream().allMatch(this::isAtEnd)) {
      progressed = nanoTime.getAsLong();
    }
    return true;
  }

  /**
   * Adds what all partitions have been read up to. A poll returns one partition after the other.
   * Without the wait, answers of an old version would come after those of newer ones, and look like
   * drift.
   */
  private void addComplete() {
    long complete =
        Math.min(
            alignment.complete(consumer.assignment(), this::isAtEnd),
            clock.millis() - SETTLING_MILLIS);
    for (TimeOrder.@Nullable Entry next = waiting.peek(complete);
        next != null;
        next = waiting.peek(complete)) {
      add(next.record(), Instant.ofEpochMilli(next.millis()));
      waiting.remove();
    }
  }

  /** Whether nothing can be read. A position that no fetch has confirmed yet may have records. */
  private boolean isAtEnd(TopicPartition partition) {
    OptionalLong lag = consumer.currentLag(partition);
    return lag.isPresent() && lag.getAsLong() <= 0;
  }

  /** Whether there are records to read, but none came for this long. */
  boolean isStalled(Duration after) {
    return nanoTime.getAsLong() - progressed > after.toNanos();
  }

  /** A clock ahead of ours would make all that waits for its counterpart too late. */
  private long millis(ConsumerRecord<byte[], byte[]> record) {
    return Math.min(record.timestamp(), clock.millis());
  }

  private void add(ConsumerRecord<byte[], byte[]> record, Instant written) {
    RecordAt at = new RecordAt(record.partition(), record.offset());
    try {
      if (topics != null && record.topic().equals(topics.labels().topic())) {
        errors.add(codec.decode(record, Label.class), at, written);
      } else {
        errors.add(codec.decode(record, Prediction.class), at, written);
      }
    } catch (MalformedRecordException e) {
      errors.unreadable();
      if (!hasUnreadable) {
        hasUnreadable = true;
        LOG.warn(
            "a record of {} cannot be compared (partition {}, offset {}; later ones are counted):"
                + " {}",
            record.topic(),
            record.partition(),
            record.offset(),
            e.getMessage());
      }
    }
  }
}
