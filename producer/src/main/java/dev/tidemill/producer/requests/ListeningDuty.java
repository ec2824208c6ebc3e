package dev.tidemill.producer.requests;

import dev.tidemill.messaging.CommittedLog;
import dev.tidemill.messaging.MalformedRecordException;
import dev.tidemill.producer.Destination;
import dev.tidemill.runtime.Duty;
import dev.tidemill.schemas.Prediction;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads committed predictions from now on, and picks out the answers to this caller's requests.
 * Ends when all are answered or given up, and what was committed until then is read.
 */
final class ListeningDuty implements Duty {
  private static final Logger LOG = LoggerFactory.getLogger(ListeningDuty.class);
  private static final Duration POLL = Duration.ofMillis(50);
  private static final int MOST_WARNINGS = 10;

  private final String name;
  private final Destination from;
  private final Runnable ready;
  private final IntSupplier partitionsNow;
  private final Runnable ended;
  private final RequestSettings settings;
  private final Conversation conversation;
  private final LongSupplier nanoTime;
  private final byte[] caller;
  private @Nullable Consumer<byte[], byte[]> consumer;
  private final Deque<ConsumerRecord<byte[], byte[]>> unread = new ArrayDeque<>();
  private @Nullable Map<TopicPartition, Long> lastRead;
  private long lastReadAt;
  private int partitionCount;
  private int warnings;

  /**
   * @param ready returns when the broker has answered and the topics are as they must be
   * @param partitionsNow how many partitions the topic has
   * @param ended called when all is closed
   */
  ListeningDuty(
      String name,
      Destination from,
      Runnable ready,
      IntSupplier partitionsNow,
      Runnable ended,
      RequestSettings settings,
      Conversation conversation,
      LongSupplier nanoTime) {
    this.name = name;
    this.from = from;
    this.ready = ready;
    this.partitionsNow = partitionsNow;
    this.ended = ended;
    this.settings = settings;
    this.conversation = conversation;
    this.nanoTime = nanoTime;
    this.caller = conversation.caller().getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public String roleName() {
    return name;
  }

  @Override
  public void onStart() {
    ready.run();
    Consumer<byte[], byte[]> reader = from.clients().assignedConsumer(name);
    consumer = reader;
    Set<TopicPartition> partitions = partitions();
    reader.assign(partitions);
    // A position that is asked for is looked up now; seekToEnd alone would wait for a poll.
    reader.endOffsets(partitions).forEach(reader::seek);
    conversation.listening();
  }

  private Set<TopicPartition> partitions() {
    partitionCount = partitionsNow.getAsInt();
    return IntStream.range(0, partitionCount)
        .mapToObj(number -> new TopicPartition(from.topics().predictions(), number))
        .collect(Collectors.toCollection(HashSet::new));
  }

  /** Partitions that are added to the topic hold answers, too: from their beginning. */
  private void followNewPartitions(Consumer<byte[], byte[]> reader) {
    if (partitionsNow.getAsInt() <= partitionCount) {
      return;
    }
    Set<TopicPartition> all = partitions();
    Set<TopicPartition> added = new HashSet<>(all);
    added.removeAll(reader.assignment());
    reader.assign(all);
    reader.beginningOffsets(added).forEach(reader::seek);
  }

  @Override
  public boolean doWork() {
    Consumer<byte[], byte[]> reader = consumer;
    if (reader == null) {
      return false;
    }
    for (ConsumerRecord<byte[], byte[]> record : reader.poll(POLL)) {
      if (isOurs(record)) {
        unread.add(record);
      }
    }
    noteReadable(reader);
    conversation.expire(nanoTime.getAsLong());
    followNewPartitions(reader);
    if (!conversation.isAskedAll() || conversation.outstanding() > 0) {
      return true;
    }
    return hasMoreToRead(reader);
  }

  /** Answers whose schema the registry has not given yet wait, and nothing is read behind them. */
  private void noteReadable(Consumer<byte[], byte[]> reader) {
    ConsumerRecord<byte[], byte[]> next = unread.peek();
    while (next != null && from.codec().isReadable(next)) {
      note(unread.remove());
      next = unread.peek();
    }
    if (next == null) {
      reader.resume(reader.paused());
    } else {
      reader.pause(reader.assignment());
    }
  }

  /**
   * One last look, as far as the topic reaches now, open transactions included: an answer given
   * twice would stand there, or a late one.
   */
  private boolean hasMoreToRead(Consumer<byte[], byte[]> reader) {
    Map<TopicPartition, Long> ends = lastRead;
    if (ends == null) {
      ends = CommittedLog.of(from.clients(), name).ends(reader.assignment());
      lastRead = ends;
      lastReadAt = nanoTime.getAsLong();
    }
    boolean more =
        !unread.isEmpty()
            || ends.entrySet().stream().anyMatch(e -> reader.position(e.getKey()) < e.getValue());
    if (more && nanoTime.getAsLong() - lastReadAt > from.clients().readTimeout().toNanos()) {
      warn(
          from.topics().predictions()
              + " cannot be read to its end; answers "
              + (unread.isEmpty()
                  ? "may lie behind an open transaction"
                  : "wait for the schema registry"));
      return false;
    }
    return more;
  }

  private boolean isOurs(ConsumerRecord<byte[], byte[]> record) {
    Header header = record.headers().lastHeader(RequestSink.CALLER_HEADER);
    return header != null && Arrays.equals(header.value(), caller);
  }

  private void note(ConsumerRecord<byte[], byte[]> record) {
    try {
      Prediction prediction = from.codec().decode(record, Prediction.class);
      OptionalLong place = place(prediction.getRequestId());
      if (place.isEmpty()
          || !conversation.answered(place.getAsLong(), prediction, nanoTime.getAsLong())) {
        warn("an answer to request " + prediction.getRequestId() + ", which was not sent");
      }
    } catch (MalformedRecordException e) {
      warn("an answer cannot be read: " + e.getMessage());
    }
  }

  /** Anybody may write to the topic: what is wrong with it must not fill the log. */
  private void warn(String message) {
    if (warnings < MOST_WARNINGS) {
      warnings++;
      LOG.warn("{}{}", message, warnings < MOST_WARNINGS ? "" : "; there may be more like it");
    }
  }

  private OptionalLong place(String requestId) {
    String prefix = settings.idPrefix();
    if (!requestId.startsWith(prefix)) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(Long.parseLong(requestId.substring(prefix.length())));
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  @Override
  public void onClose() {
    conversation.heardAll(nanoTime.getAsLong());
    try {
      if (consumer != null) {
        consumer.close();
      }
    } finally {
      ended.run();
    }
  }
}
