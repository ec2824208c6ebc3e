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
 * Reads committed predictions from now on and selects the answers to this caller's requests. Ends
 * when every request is answered or given up, and all predictions committed until then are read.
 */
final class AnswerDuty implements Duty {
  private static final Logger LOG = LoggerFactory.getLogger(AnswerDuty.class);
  private static final Duration POLL = Duration.ofMillis(50);
  private static final int MAX_WARNINGS = 10;

  private final String name;
  private final Destination from;
  private final Runnable ready;
  private final IntSupplier partitionsNow;
  private final Runnable ended;
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
   * @param ready returns once the broker has answered and the topics satisfy their contract
   * @param partitionsNow supplies the topic's current number of partitions
   * @param ended called when everything is closed
   */
  AnswerDuty(
      String name,
      Destination from,
      Runnable ready,
      IntSupplier partitionsNow,
      Runnable ended,
      Conversation conversation,
      LongSupplier nanoTime) {
    this.name = name;
    this.from = from;
    this.ready = ready;
    this.partitionsNow = partitionsNow;
    this.ended = ended;
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
    // endOffsets looks up the positions now; seekToEnd would defer that to the next poll.
    reader.endOffsets(partitions).forEach(reader::seek);
    conversation.listenerReady();
  }

  private Set<TopicPartition> partitions() {
    partitionCount = partitionsNow.getAsInt();
    return IntStream.range(0, partitionCount)
        .mapToObj(number -> new TopicPartition(from.topics().predictions(), number))
        .collect(Collectors.toCollection(HashSet::new));
  }

  /** Reads partitions that are added to the topic from their beginning. */
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
    processReadable(reader);
    conversation.expire(nanoTime.getAsLong());
    followNewPartitions(reader);
    if (!conversation.isAllSent() || conversation.outstanding() > 0) {
      return true;
    }
    return hasMoreToRead(reader);
  }

  /** Processes answers in order; pauses at one whose schema the registry has not returned yet. */
  private void processReadable(Consumer<byte[], byte[]> reader) {
    ConsumerRecord<byte[], byte[]> next = unread.peek();
    while (next != null && from.codec().isReadable(next)) {
      process(unread.remove());
      next = unread.peek();
    }
    if (next == null) {
      reader.resume(reader.paused());
    } else {
      reader.pause(reader.assignment());
    }
  }

  /**
   * Whether the topic's current end is not reached yet. The end includes open transactions, which
   * may contain late or duplicate answers.
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
              + " cannot be read to its end: "
              + (unread.isEmpty()
                  ? "an open transaction may hide answers"
                  : "answers wait for the schema registry"));
      return false;
    }
    return more;
  }

  private boolean isOurs(ConsumerRecord<byte[], byte[]> record) {
    Header header = record.headers().lastHeader(RequestSink.CALLER_HEADER);
    return header != null && Arrays.equals(header.value(), caller);
  }

  private void process(ConsumerRecord<byte[], byte[]> record) {
    try {
      Prediction prediction = from.codec().decode(record, Prediction.class);
      OptionalLong index = index(record);
      if (index.isEmpty()
          || !conversation.answered(index.getAsLong(), prediction, nanoTime.getAsLong())) {
        warn(
            "ignoring an answer to request "
                + prediction.getRequestId()
                + ", which this client did not send");
      }
    } catch (MalformedRecordException e) {
      warn("ignoring an unreadable answer: " + e.getMessage());
    }
  }

  /** Logs a limited number of warnings, because anybody may write to the topic. */
  private void warn(String message) {
    if (warnings < MAX_WARNINGS) {
      warnings++;
      LOG.warn("{}{}", message, warnings < MAX_WARNINGS ? "" : "; further warnings are not logged");
    }
  }

  /** The sample's number; not trusted, because anybody may write answers. */
  private static OptionalLong index(ConsumerRecord<byte[], byte[]> record) {
    Header header = record.headers().lastHeader(RequestSink.SAMPLE_HEADER);
    if (header == null || header.value() == null) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(Long.parseLong(new String(header.value(), StandardCharsets.UTF_8)));
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  @Override
  public void onClose() {
    conversation.close(nanoTime.getAsLong());
    try {
      if (consumer != null) {
        consumer.close();
      }
    } finally {
      ended.run();
    }
  }
}
