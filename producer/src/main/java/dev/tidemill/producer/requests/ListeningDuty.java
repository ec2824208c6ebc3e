package dev.tidemill.producer.requests;

import dev.tidemill.messaging.MalformedRecordException;
import dev.tidemill.producer.Destination;
import dev.tidemill.runtime.Duty;
import dev.tidemill.schemas.Prediction;
import dev.tidemill.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
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

  private final String name;
  private final Destination from;
  private final RequestSettings settings;
  private final Conversation conversation;
  private final LongSupplier nanoTime;
  private final byte[] caller;
  private @Nullable Consumer<byte[], byte[]> consumer;
  private @Nullable Map<TopicPartition, Long> lastRead;

  ListeningDuty(
      String name,
      Destination from,
      RequestSettings settings,
      Conversation conversation,
      LongSupplier nanoTime) {
    this.name = name;
    this.from = from;
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
    from.require(name, Topics.Name.PREDICTIONS);
    String topic = from.topics().predictions();
    Consumer<byte[], byte[]> reader = from.clients().assignedConsumer(name);
    consumer = reader;
    List<TopicPartition> partitions =
        reader.partitionsFor(topic).stream()
            .map(partition -> new TopicPartition(topic, partition.partition()))
            .toList();
    reader.assign(partitions);
    // A position that is asked for is looked up now; seekToEnd alone would wait for a poll.
    reader.endOffsets(partitions).forEach(reader::seek);
    conversation.listening();
  }

  @Override
  public boolean doWork() {
    Consumer<byte[], byte[]> reader = consumer;
    if (reader == null) {
      return false;
    }
    for (ConsumerRecord<byte[], byte[]> record : reader.poll(POLL)) {
      if (isOurs(record)) {
        note(record);
      }
    }
    conversation.giveUp(nanoTime.getAsLong() - settings.timeout().toNanos());
    if (!conversation.isAskedAll() || conversation.outstanding() > 0) {
      return true;
    }
    // One last look, as far as the topic reaches now: an answer given twice would stand there.
    if (lastRead == null) {
      lastRead = reader.endOffsets(reader.assignment());
    }
    return lastRead.entrySet().stream().anyMatch(e -> reader.position(e.getKey()) < e.getValue());
  }

  private boolean isOurs(ConsumerRecord<byte[], byte[]> record) {
    Header header = record.headers().lastHeader(RequestSink.CALLER_HEADER);
    return header != null && Arrays.equals(header.value(), caller);
  }

  private void note(ConsumerRecord<byte[], byte[]> record) {
    try {
      Prediction prediction = from.codec().decode(record, Prediction.class);
      OptionalLong place = place(prediction.getRequestId());
      if (place.isPresent()) {
        conversation.answered(place.getAsLong(), prediction, nanoTime.getAsLong());
      }
    } catch (MalformedRecordException e) {
      LOG.warn("an answer cannot be read: {}", e.getMessage());
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
      LOG.warn("an answer to {}, which was not asked", requestId);
      return OptionalLong.empty();
    }
  }

  @Override
  public void onClose() {
    if (consumer != null) {
      consumer.close();
    }
  }
}
