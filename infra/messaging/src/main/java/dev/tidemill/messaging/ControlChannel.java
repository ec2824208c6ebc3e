package dev.tidemill.messaging;

import dev.tidemill.schemas.ControlAction;
import dev.tidemill.schemas.ControlCommand;
import dev.tidemill.schemas.ControlEvent;
import dev.tidemill.schemas.ControlOutcome;
import dev.tidemill.schemas.DriftEvent;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
 * Reads and writes one model's control topic. Reads it from its beginning, keeps what the newest
 * commands say, and writes commands and their outcomes. One thread.
 */
public final class ControlChannel implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ControlChannel.class);

  private final Consumer<byte[], byte[]> consumer;
  private final Producer<byte[], byte[]> producer;
  private final CommittedLog log;
  private final RecordCodec codec;
  private final TopicPartition control;
  private final String model;
  private final String operator;
  private final Clock clock;
  private PinnedVersion pinned = PinnedVersion.NONE;
  private TrainingControl training = TrainingControl.NONE;
  private Optional<DriftEvent> delayedDrift = Optional.empty();
  private long position;

  /**
   * Starts at the topic's beginning; call {@link #catchUp} before {@link #pinned}.
   *
   * @param consumer a consumer without a group; this channel closes it
   * @param producer this channel closes it
   * @param log finds the topic's end
   * @param operator who sends the commands
   */
  public ControlChannel(
      Consumer<byte[], byte[]> consumer,
      Producer<byte[], byte[]> producer,
      CommittedLog log,
      RecordCodec codec,
      String topic,
      String model,
      String operator,
      Clock clock) {
    this.consumer = consumer;
    this.producer = producer;
    this.log = log;
    this.codec = codec;
    this.control = new TopicPartition(topic, 0);
    this.model = model;
    this.operator = operator;
    this.clock = clock;
    consumer.assign(List.of(control));
    consumer.seekToBeginning(List.of(control));
  }

  /** Opens a channel with new clients; commands name the user of this process. */
  public static ControlChannel open(
      KafkaClients clients, String clientId, RecordCodec codec, String topic, String model) {
    return open(clients, clientId, codec, topic, model, System.getProperty("user.name", "unknown"));
  }

  /**
   * Opens a channel with new clients.
   *
   * @param operator who sends the commands
   */
  public static ControlChannel open(
      KafkaClients clients,
      String clientId,
      RecordCodec codec,
      String topic,
      String model,
      String operator) {
    Consumer<byte[], byte[]> consumer = clients.assignedConsumer(clientId);
    try {
      return new ControlChannel(
          consumer,
          clients.producer(clientId),
          CommittedLog.of(clients, clientId),
          codec,
          topic,
          model,
          operator,
          Clock.systemUTC());
    } catch (RuntimeException e) {
      consumer.close();
      throw e;
    }
  }

  /**
   * Reads everything on the topic up to its current end.
   *
   * @throws OpenTransactionException if another producer's transaction stays open there
   * @throws TimeoutException if reading makes no progress within {@code read.timeout.ms}
   */
  public void catchUp() {
    List<ControlEvent> unused = catchUp(Long.MAX_VALUE);
  }

  /**
   * Reads everything on the topic up to its current end, and returns the events from an offset on.
   *
   * @param from a {@link #position} of an earlier channel
   * @throws OpenTransactionException if another producer's transaction stays open there
   * @throws TimeoutException if reading makes no progress within {@code read.timeout.ms}
   */
  public List<ControlEvent> catchUp(long from) {
    List<ControlEvent> events = new ArrayList<>();
    log.readToEnd(
        consumer,
        log.ends(List.of(control)),
        record -> {
          ControlEvent event = apply(record);
          if (event != null && record.offset() >= from) {
            events.add(event);
          }
        });
    return events;
  }

  /** Returns the offset behind the last event that was read. */
  public long position() {
    return position;
  }

  /**
   * Returns the events since the last poll, in order; {@link #pinned} and {@link #training} already
   * reflect them. If the schema registry does not answer about an event, the next poll starts with
   * it.
   */
  public List<ControlEvent> poll(Duration atMost) {
    List<ControlEvent> events = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(atMost)) {
      try {
        ControlEvent event = apply(record);
        if (event != null) {
          events.add(event);
        }
      } catch (SchemaUnavailableException e) {
        LOG.debug("reading the event again", e);
        consumer.seek(control, record.offset());
        break;
      }
    }
    return events;
  }

  /** Returns the version that the commands read so far pin. */
  public PinnedVersion pinned() {
    return pinned;
  }

  /** Returns what the commands read so far say about training. */
  public TrainingControl training() {
    return training;
  }

  /** Returns the newest change of the error by delayed labels among the events read so far. */
  public Optional<DriftEvent> delayedDrift() {
    return delayedDrift;
  }

  /** Writes a command to serve one version. Returns the command once it is on the log. */
  public ControlCommand pin(long version) {
    return command(ControlAction.PIN, atLeastOne(version));
  }

  /** Writes a command to serve the newest version. Returns the command once it is on the log. */
  public ControlCommand unpin() {
    return command(ControlAction.UNPIN, null);
  }

  /** Writes a command to stop training until it is resumed. Returns it once it is on the log. */
  public ControlCommand pause() {
    return command(ControlAction.PAUSE, null);
  }

  /** Writes a command to continue training. Returns the command once it is on the log. */
  public ControlCommand resume() {
    return command(ControlAction.RESUME, null);
  }

  /**
   * Writes a command to multiply the schedule's learning rate. Returns the command once it is on
   * the log.
   *
   * @throws IllegalArgumentException unless {@link TrainingControl#isFactor}
   */
  public ControlCommand learningRate(double factor) {
    if (!TrainingControl.isFactor(factor)) {
      throw new IllegalArgumentException(TrainingControl.refuse(factor));
    }
    return command(ControlAction.LEARNING_RATE, null, factor);
  }

  /** Writes a command to publish a version now. Returns the command once it is on the log. */
  public ControlCommand checkpoint() {
    return command(ControlAction.CHECKPOINT, null);
  }

  /**
   * Writes a command to continue training from the weights of an older version. Returns the command
   * once it is on the log.
   */
  public ControlCommand rollback(long version) {
    return command(ControlAction.ROLLBACK, atLeastOne(version));
  }

  /**
   * Writes a command to remove the payload of a version. Returns the command once it is on the log.
   */
  public ControlCommand delete(long version) {
    return command(ControlAction.DELETE, atLeastOne(version));
  }

  /**
   * Writes a command. Returns the command once it is on the log.
   *
   * @throws IllegalArgumentException if its version or its factor is missing or wrong
   */
  public ControlCommand send(
      ControlAction action, @Nullable Long version, @Nullable Double factor) {
    long number = version == null ? 0 : version;
    return switch (action) {
      case PIN -> pin(number);
      case UNPIN -> unpin();
      case PAUSE -> pause();
      case RESUME -> resume();
      case CHECKPOINT -> checkpoint();
      case ROLLBACK -> rollback(number);
      case DELETE -> delete(number);
      case LEARNING_RATE -> learningRate(factor == null ? 0 : factor);
    };
  }

  /** Writes the outcome of a command. Returns once it is on the log. */
  public void writeOutcome(
      ControlCommand command, String worker, boolean accepted, String message) {
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

  private @Nullable ControlEvent apply(ConsumerRecord<byte[], byte[]> record) {
    try {
      ControlEvent event = codec.decode(record, ControlEvent.class);
      position = record.offset() + 1;
      if (event.getEvent() instanceof ControlCommand command) {
        pinned = pinned.after(command);
        training = training.after(command);
      } else if (event.getEvent() instanceof DriftEvent drift && drift.getDelayed() != null) {
        delayedDrift = Optional.of(drift);
      }
      return event;
    } catch (MalformedRecordException e) {
      position = record.offset() + 1;
      // No dead letter: the record stays on the topic, and every worker would write one.
      LOG.warn("skipping a malformed control event: {}", e.getMessage());
      return null;
    } catch (IllegalArgumentException e) {
      LOG.warn("skipping {} at offset {}: {}", control, record.offset(), e.getMessage());
      return null;
    }
  }

  private static long atLeastOne(long version) {
    if (version < 1) {
      throw new IllegalArgumentException("a version is at least 1, not " + version);
    }
    return version;
  }

  private ControlCommand command(ControlAction action, @Nullable Long version) {
    return command(action, version, null);
  }

  private ControlCommand command(
      ControlAction action, @Nullable Long version, @Nullable Double factor) {
    ControlCommand command =
        ControlCommand.newBuilder()
            .setCommandId(UUID.randomUUID().toString())
            .setModel(model)
            .setAction(action)
            .setVersion(version)
            .setFactor(factor)
            .setOperator(operator)
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
