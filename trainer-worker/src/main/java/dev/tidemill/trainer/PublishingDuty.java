package dev.tidemill.trainer;

import dev.tidemill.checkpoints.CheckpointPublisher;
import dev.tidemill.checkpoints.MalformedSafeTensorsException;
import dev.tidemill.checkpoints.Publication;
import dev.tidemill.checkpoints.SafeTensors;
import dev.tidemill.messaging.DeadLetters;
import dev.tidemill.runtime.Duty;
import dev.tidemill.schemas.Checkpoint;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * The publishing thread: makes of each snapshot a version, in the order in which they were taken.
 * It ends when training has ended and everything is published, or nothing is to be any more.
 */
final class PublishingDuty implements Duty {
  private final String roleName;
  private final TrainerContext context;
  private final SnapshotExchange snapshots;
  private final ManifestDraft manifests;
  private final CheckpointPublisher publisher;
  private final PinWatch pins;
  private final DeadLetters deadLetters;
  private final ConsumerGroupMetadata group;
  private final AutoCloseable clients;
  private final AtomicLong newestVersion;

  /**
   * @param clients closed at the end
   * @param newestVersion told what was committed
   */
  PublishingDuty(
      String roleName,
      TrainerContext context,
      SnapshotExchange snapshots,
      ManifestDraft manifests,
      CheckpointPublisher publisher,
      PinWatch pins,
      AutoCloseable clients,
      AtomicLong newestVersion) {
    this.roleName = roleName;
    this.context = context;
    this.snapshots = snapshots;
    this.manifests = manifests;
    this.publisher = publisher;
    this.pins = pins;
    this.deadLetters =
        new DeadLetters(
            context.codec(),
            context.topics().deadLetters(),
            context.settings().worker(),
            context.clock());
    this.group = context.offsetsGroup();
    this.clients = clients;
    this.newestVersion = newestVersion;
  }

  @Override
  public String roleName() {
    return roleName;
  }

  @Override
  public boolean doWork() throws Exception {
    pins.look(publisher::hasPayload);
    Snapshot snapshot = snapshots.next();
    if (snapshot == null) {
      return !snapshots.isDone();
    }
    publish(snapshot);
    return true;
  }

  @Override
  public void onClose() throws Exception {
    clients.close();
  }

  private void publish(Snapshot snapshot) throws Exception {
    snapshot.copy().await();
    requireFinite(snapshot);
    long began = System.nanoTime();
    Checkpoint draft = manifests.next(snapshot);
    Checkpoint committed =
        publisher.publish(
            new Publication(
                draft,
                snapshot.state(),
                letters(snapshot),
                group,
                consumed(snapshot),
                pins.pinned()));
    snapshots.giveBack(snapshot);
    newestVersion.set(committed.getVersion());
    context.metrics().published(committed, Duration.ofNanos(System.nanoTime() - began));
    context.listener().onCheckpoint(committed);
  }

  /** The loss of the step before may have been sound, and the weights after it are not. */
  private void requireFinite(Snapshot snapshot) {
    try {
      SafeTensors.checkFinite(snapshot.state());
    } catch (MalformedSafeTensorsException e) {
      throw new DivergedException(
          String.valueOf(e.getMessage()),
          snapshot.state().counters().steps(),
          snapshot.state().spec());
    }
  }

  private List<ProducerRecord<byte[], byte[]>> letters(Snapshot snapshot) {
    return snapshot.refusals().stream()
        .map(refused -> deadLetters.of(refused.record(), refused.reason()))
        .toList();
  }

  private Map<TopicPartition, OffsetAndMetadata> consumed(Snapshot snapshot) {
    return snapshot.positions().stream()
        .collect(
            Collectors.toMap(
                position -> new TopicPartition(context.topics().batches(), position.partition()),
                position -> new OffsetAndMetadata(position.offset())));
  }
}
