package dev.tidemill.inference;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;

/**
 * Sends batches into one commit while a second thread runs the commit before it. So a batch waits
 * only for the previous commit and its own, or only for its own if no commit is running.
 * Transactions alternate between two producers.
 *
 * <p>This relies on an order: one thread commits, in the order in which commits began. So a batch's
 * offsets reach the coordinator only after all earlier batches are committed, and committed offsets
 * never pass a request without an answer. After a failed commit there is no later one: the open
 * commit is aborted, and nothing is sent until the owner restarts. New producers then end whatever
 * the old ones left open.
 *
 * <p>Rebalances are safe, too. Partitions are revoked only inside a poll, which first waits for the
 * open batches. If a member lost its partitions without that, the coordinator refuses the offsets
 * that it commits. If they reached the coordinator before the loss, the partition's new owner waits
 * for the end of that transaction before it receives the committed offset.
 */
final class PipelinedDelivery implements Delivery {
  /** Limit for requests in an open commit: more than arrive during one commit. */
  static final int MAX_OPEN_REQUESTS = 4096;

  /** Limit for bytes of answers in an open commit: half a producer's buffer. */
  private static final long MAX_BYTES = 16 << 20;

  private final IntFunction<AnswerSink> openSink;
  private final int sinkCount;
  private final Consumer<byte[], byte[]> consumer;
  private final java.util.function.Consumer<List<AnswerReceipt>> onCommitted;
  private final CommitHandover<OpenCommit> handover = new CommitHandover<>(OpenCommit::abort);
  private final Thread committer;

  // Only for the thread that owns the consumer.
  private List<AnswerSink> sinks = List.of();
  private int sinkIndex;

  /** Both threads use these, under this object's monitor. */
  private Map<TopicPartition, OffsetAndMetadata> offsetsToCommit = new HashMap<>();

  /**
   * Creates a delivery; {@link #restart} opens its sinks.
   *
   * @param threadName name of the committing thread
   * @param sinkCount how many sinks alternate: two for transactions, because brokers may still
   *     write the end of a producer's transaction after its commit has returned, and refuse the
   *     producer's next transaction until then
   * @param openSink opens the sink with a number, from 0, and fences what an earlier sink with that
   *     number left open
   * @param consumer commits the offsets; the caller closes it
   * @param onCommitted called on the committing thread
   */
  PipelinedDelivery(
      String threadName,
      int sinkCount,
      IntFunction<AnswerSink> openSink,
      Consumer<byte[], byte[]> consumer,
      java.util.function.Consumer<List<AnswerReceipt>> onCommitted) {
    this.openSink = openSink;
    this.sinkCount = sinkCount;
    this.consumer = consumer;
    this.onCommitted = onCommitted;
    this.committer = new Thread(this::commitAll, threadName);
    this.committer.setDaemon(true);
    this.committer.start();
  }

  @Override
  public void restart() {
    try {
      handover.awaitIdle();
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
    closeSinks();
    Object unused = takeOffsets();
    List<AnswerSink> opened = new ArrayList<>();
    for (int number = 0; number < sinkCount; number++) {
      // Stored at once, so that it is closed even if the next one cannot be opened.
      opened.add(openSink.apply(number));
      sinks = List.copyOf(opened);
    }
    handover.restart();
  }

  @Override
  public boolean hasRoom() {
    return handover.hasRoom(
        filling -> filling.requests() < MAX_OPEN_REQUESTS && filling.bytes() < MAX_BYTES);
  }

  @Override
  public boolean isIdle() {
    return handover.isIdle();
  }

  @Override
  public void awaitProgress(Duration atMost) throws InterruptedException {
    handover.awaitProgress(atMost);
  }

  @Override
  public void send(DeliveryBatch batch) {
    handover.fill(this::begin, filling -> filling.send(batch, consumer.groupMetadata()));
  }

  private OpenCommit begin() {
    sinkIndex = (sinkIndex + 1) % sinks.size();
    return new OpenCommit(sinks.get(sinkIndex), consumer.groupMetadata());
  }

  @Override
  public boolean checkCommits() {
    boolean committed = handover.checkCommits();
    Map<TopicPartition, OffsetAndMetadata> offsets = takeOffsets();
    if (!offsets.isEmpty()) {
      consumer.commitAsync(offsets, this::offsetsCommitted);
    }
    return committed;
  }

  private void offsetsCommitted(
      Map<TopicPartition, OffsetAndMetadata> offsets, @Nullable Exception refusal) {
    if (refusal != null) {
      handover.fail(new KafkaException("offsets of answered requests were not committed", refusal));
    }
  }

  @Override
  public void awaitCommits() throws InterruptedException {
    handover.awaitIdle();
    Map<TopicPartition, OffsetAndMetadata> offsets = takeOffsets();
    if (!offsets.isEmpty()) {
      try {
        commitOffsets(offsets);
      } catch (KafkaException e) {
        addOffsets(offsets);
        handover.fail(e);
      }
    }
  }

  /**
   * Commits even if the consumer is woken up: that asks the thread to end, and this commit is part
   * of its end. Wakes the consumer up again afterwards.
   */
  private void commitOffsets(Map<TopicPartition, OffsetAndMetadata> offsets) {
    boolean committed = false;
    boolean woken = false;
    while (!committed) {
      try {
        consumer.commitSync(offsets);
        committed = true;
      } catch (WakeupException e) {
        woken = true;
      }
    }
    if (woken) {
      consumer.wakeup();
    }
  }

  @Override
  public void close() {
    try {
      awaitCommits();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      handover.close();
      // If this thread was interrupted, a commit may still run.
      committer.interrupt();
      closeSinks();
    }
  }

  private void closeSinks() {
    sinks.forEach(AnswerSink::close);
    sinks = List.of();
  }

  /** Runs on the committing thread. */
  private void commitAll() {
    try {
      for (OpenCommit next = handover.take(); next != null; next = handover.take()) {
        commit(next);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void commit(OpenCommit next) {
    try {
      addOffsets(next.commit());
      next.receipts().forEach(onCommitted);
    } catch (Throwable e) { // After any failure, nothing may be committed.
      handover.failed(
          e instanceof RuntimeException cause ? cause : new KafkaException("a commit failed", e));
    }
    handover.ended();
  }

  private synchronized void addOffsets(Map<TopicPartition, OffsetAndMetadata> left) {
    offsetsToCommit.putAll(left);
  }

  private synchronized Map<TopicPartition, OffsetAndMetadata> takeOffsets() {
    Map<TopicPartition, OffsetAndMetadata> taken = offsetsToCommit;
    if (taken.isEmpty()) {
      return Map.of();
    }
    offsetsToCommit = new HashMap<>();
    return taken;
  }
}
