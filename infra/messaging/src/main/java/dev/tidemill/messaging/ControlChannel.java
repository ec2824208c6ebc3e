package dev.tidemill.messaging;

import dev.tidemill.schemas.ControlAction;
import dev.tidemill.schemas.ControlCommand;
import dev.tidemill.schemas.ControlEvent;
import dev.tidemill.schemas.ControlOutcome;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One model's control topic: reads it from its beginning, keeps what the commands add up to, and
 * writes commands and their outcomes. One thread.
 */
public final class ControlChannel implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ControlChannel.class);

  private final Consumer<byte[], byte[]> consumer;
  private final Producer<byte[], byte[]> producer;
  private final RecordCodec codec;
  private final TopicPartition control;
  private final String model;
  private final Clock clock;
  private PinnedVersion pinned = PinnedVersion.NONE;

  /**
   * Begins to read; nothing is known before {@link #catchUp}.
   *
   * @param consumer one without a group, owned from here on
   * @param producer owned from here on
   */
  public ControlChannel(
      Consumer<byte[], byte[]> consumer,
      Producer<byte[], byte[]> producer,
      RecordCodec codec,
      String topic,
      String model,
      Clock clock) {
    this.consumer = consumer;
    this.producer = producer;
    this.codec = codec;
    this.control = new TopicPartition(topic, 0);
    this.model = model;
    this.clock = clock;
    consumer.assign(List.of(control));
    consumer.seekToBeginning(List.of(control));
  }

  /** With clients of its own. */
  public static ControlChannel open(
      KafkaClients clients, String clientId, RecordCodec codec, String topic, String model) {
    return new ControlChannel(
        clients.assignedConsumer(clientId),
        clients.producer(clientId),
        codec,
        topic,
        model,
        Clock.systemUTC());
  }

  /**
   * Reads all that stands on the topic now.
   *
   * @throws TimeoutException if that takes longer
   */
  public void catchUp(Duration atMost) {
    long deadline = System.nanoTime() + atMost.toNanos();
    long end = consumer.endOffsets(List.of(control), atMost).getOrDefault(control, 0L);
    while (consumer.position(control, atMost) < end) {
      if (System.nanoTime() - deadline > 0) {
        throw new TimeoutException(
            "the commands on "
                + control
                + " could not be read within "
                + atMost.toMillis()
                + " ms");
      }
      poll(Duration.ofMillis(100));
    }
  }

  /** What was written since the last poll, in its order, already counted in {@link #pinned}. */
  public List<ControlEvent> poll(Duration atMost) {
    List<ControlEvent> events = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(atMost)) {
      ControlEvent event = accepted(record);
      if (event != null) {
        events.add(event);
      }
    }
    return events;
  }

  /** What the commands that were read add up to. */
  public PinnedVersion pinned() {
    return pinned;
  }

  /** Asks that one version be served, and returns the command once the log has it. */
  public ControlCommand pin(long version) {
    if (version < 1) {
      throw new IllegalArgumentException("versions are counted from 1, not " + version);
    }
    return command(ControlAction.PIN, version);
  }

  /** Asks that the newest version be served, and returns the command once the log has it. */
  public ControlCommand unpin() {
    return command(ControlAction.UNPIN, null);
  }

  /** Tells what came of a command, and returns once the log has it. */
  public void tell(ControlCommand command, String worker, boolean accepted, String message) {
    send(
        ControlOutcome.newBuilder()
            .setCommandId(command.getCommandId())
            .setModel(model)
            .setWorker(worker)
            .setAccepted(accepted)
            .setMessage(message)
            .setCreatedAt(clock.instant())
            .build());
  }

  @Override
  public void close() {
    try (producer) {
      consumer.close();
    }
  }

  private @Nullable ControlEvent accepted(ConsumerRecord<byte[], byte[]> record) {
    try {
      ControlEvent event = codec.decode(record, ControlEvent.class);
      if (event.getEvent() instanceof ControlCommand command) {
        pinned = pinned.after(command);
      }
      return event;
    } catch (MalformedRecordException e) {
      // No dead letter: the record stays where it is for good, and every worker would write one.
      LOG.warn("passing over a bad event: {}", e.getMessage());
      return null;
    } catch (IllegalArgumentException e) {
      LOG.warn("passing over {} at offset {}: {}", control, record.offset(), e.getMessage());
      return null;
    }
  }

  private ControlCommand command(ControlAction action, @Nullable Long version) {
    ControlCommand command =
        ControlCommand.newBuilder()
            .setCommandId(UUID.randomUUID().toString())
            .setModel(model)
            .setAction(action)
            .setVersion(version)
            .setCreatedAt(clock.instant())
            .build();
    send(command);
    return command;
  }

  private void send(Object event) {
    byte[] key = model.getBytes(StandardCharsets.UTF_8);
    ControlEvent wrapped = ControlEvent.newBuilder().setEvent(event).build();
    try {
      producer.send(codec.record(control.topic(), key, wrapped)).get();
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof KafkaException cause ? cause : new KafkaException(e.getCause());
    }
  }
}
