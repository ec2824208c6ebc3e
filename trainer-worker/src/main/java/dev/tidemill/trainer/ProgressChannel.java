package dev.tidemill.trainer;

import dev.tidemill.messaging.SchemaUnavailableException;
import dev.tidemill.schemas.ProgressEvent;
import dev.tidemill.schemas.TrainerPhase;
import dev.tidemill.schemas.TrainingProgress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends progress events to their topic and the listener. Losing an event does no harm. So nothing
 * waits for a send, and a failed send stops nothing. Any thread.
 */
final class ProgressChannel implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ProgressChannel.class);
  private static final Duration CLOSE = Duration.ofSeconds(1);
  private static final int PARTITION = 0;

  private final TrainerContext context;
  private final Producer<byte[], byte[]> producer;
  private volatile TrainingProgress last;
  private volatile boolean waitsForSchema;
  private volatile boolean closed;

  ProgressChannel(TrainerContext context) {
    this.context = context;
    this.producer = context.clients().producer(context.clientId("progress"));
    this.last = nothingYet();
  }

  /** Sends a phase change with the figures of the previous event. */
  void sendPhase(TrainerPhase phase) {
    send(
        TrainingProgress.newBuilder(last)
            .setPhase(phase)
            .setSamplesPerSecond(0)
            .setVersion(Math.max(last.getVersion(), context.metrics().version()))
            .setCreatedAt(context.clock().instant())
            .build());
  }

  /** Sends an event. */
  void send(TrainingProgress progress) {
    last = progress;
    context.listener().onProgress(progress);
    if (closed) {
      // An abandoned thread may still send, after its step.
      return;
    }
    String topic = context.topics().progress();
    if (waitsForSchema && !context.codec().isWritable(topic, ProgressEvent.class)) {
      return;
    }
    try {
      send(topic, progress);
      waitsForSchema = false;
    } catch (SchemaUnavailableException e) {
      // Only the first event of a registry outage waits for it.
      waitsForSchema = true;
      LOG.debug("a progress event was lost", e);
    }
  }

  private void send(String topic, TrainingProgress progress) {
    byte[] key = progress.getWorker().getBytes(StandardCharsets.UTF_8);
    Future<RecordMetadata> unused =
        producer.send(
            context.codec().record(topic, PARTITION, key, new ProgressEvent(progress)),
            (written, failure) -> {
              if (failure != null) {
                LOG.debug("a progress event was lost", failure);
              }
            });
  }

  private TrainingProgress nothingYet() {
    return TrainingProgress.newBuilder()
        .setModel(context.settings().model())
        .setWorker(context.settings().worker())
        .setPhase(TrainerPhase.STANDBY)
        .setEpoch(1)
        .setSteps(0)
        .setSamples(0)
        .setSamplesPerSecond(0)
        .setLearningRate(0)
        .setVersion(0)
        .setRefusedRecords(0)
        .setCreatedAt(context.clock().instant())
        .build();
  }

  @Override
  public void close() {
    closed = true;
    producer.close(CLOSE);
  }
}
