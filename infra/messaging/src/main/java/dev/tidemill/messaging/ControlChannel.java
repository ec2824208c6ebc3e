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
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
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
  private final CommittedLog log;
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
   * @param log says where the topic ends
   */
  public ControlChannel(
      Consumer<byte[], byte[]> consumer,
      Producer<byte[], byte[]> producer,
      CommittedLog log,
      RecordCodec codec,
      String topic,
      String model,
      Clock clock) {
    this.consumer = consumer;
    this.producer = producer;
    this.log = log;
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
    Consumer<byte[], byte[]> consumer = clients.assignedConsumer(clientId);
    try {
      return new ControlChannel(
          consumer,
          clients.producer(clientId),
          CommittedLog.of(clients, clientId),
          codec,
          topic,
          model,
          Clock.systemUTC());
    } catch (RuntimeException e) {
      consumer.close();
      throw e;
    }
  }

  /**
   * Reads all that stands on the topic now.
   *
   * @throws OpenTransactionException if another producer's transaction stays open there
   * @throws TimeoutException if reading makes no progress for the time-out of reads
   */
  public void catchUp() {
    log.readToEnd(consumer, log.ends(List.of(control)), this::accepted);
  }

  /**
   * What was written since the last poll, in its order, already counted in {@link #pinned}. Where
   * the schema registry cannot be asked about an event, the next poll begins with it.
   */
  public List<ControlEvent> poll(Duration atMost) {
    List<ControlEvent> events = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(atMost)) {
      try {
        ControlEvent event = accepted(record);
        if (event != null) {
          events.add(event);
        }
      } catch (SchemaUnavailableException e) {
        LOG.debug("reading it again", e);
        consumer.seek(control, record.offset());
        break;
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
    // Kafka's clients log a stack trace if they are closed on an interrupted thread.
    boolean interrupted = Thread.interrupted();
    try (producer) {
      consumer.close();
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
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
    RecordMetadata unused =
        KafkaResult.get(
            producer.send(codec.record(control.topic(), control.partition(), key, wrapped)));
  }
}
