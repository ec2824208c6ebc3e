package dev.tidemill.inference;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;

/**
 * Sends rounds into one commit while the commit before is under way on a thread of its own. So a
 * round waits for the commit before it and its own, and for nothing where there is none. With
 * transactions, two producers take turns.
 *
 * <p>The order that this relies on: one thread commits, in the order in which commits were begun.
 * So a round's offsets reach the coordinator only after all rounds before it were committed, and
 * committed offsets never pass over a request without an answer. When a commit fails, none after it
 * is made: the one that is open is aborted, and nothing is sent until the owner begins anew, with
 * new producers whose first act ends whatever the old ones left open. The membership under which
 * requests are read changes only inside a poll, which ends what is in the making before it gives
 * partitions up. A member that has lost them is refused by the coordinator; and where its offsets
 * came in time, whoever asks for them waits until the transaction has ended.
 */
final class PipelinedDelivery implements Delivery {
  /** Requests in an open commit: more than one commit's time brings. */
  static final int MOST_OPEN = 4096;

  /** Of answers in an open commit, beyond which nothing is added: half a producer's buffer. */
  private static final long MOST_BYTES = 16 << 20;

  private final IntFunction<AnswerSink> begin;
  private final int sinkCount;
  private final Consumer<byte[], byte[]> consumer;
  private final java.util.function.Consumer<List<AnswerReceipt>> whenCommitted;
  private final Thread committer;

  // What both threads touch, under this object's monitor.
  private List<AnswerSink> sinks = List.of();
  private int turn;
  private @Nullable OpenCommit open;
  private @Nullable OpenCommit committing;
  private @Nullable RuntimeException failure;
  private Map<TopicPartition, OffsetAndMetadata> answered = new HashMap<>();
  private boolean hasCommitted;
  private boolean isClosed;

  /**
   * Begins nothing yet.
   *
   * @param threadName of the thread that commits
   * @param sinkCount how many take turns: two for transactions, since brokers still write the end
   *     of a producer's transaction when its commit has returned, and refuse the producer's next
   *     one until they have
   * @param begin makes the sink of a number, from 0, and fences what an earlier one of that number
   *     left open
   * @param consumer whose offsets are committed; stays the caller's
   * @param whenCommitted called on the committing thread
   */
  PipelinedDelivery(
      String threadName,
      int sinkCount,
      IntFunction<AnswerSink> begin,
      Consumer<byte[], byte[]> consumer,
      java.util.function.Consumer<List<AnswerReceipt>> whenCommitted) {
    this.begin = begin;
    this.sinkCount = sinkCount;
    this.consumer = consumer;
    this.whenCommitted = whenCommitted;
    this.committer = new Thread(this::commitAll, threadName);
    this.committer.setDaemon(true);
    this.committer.start();
  }

  @Override
  public synchronized void restart() {
    try {
      awaitIdle();
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
    closeSinks();
    answered = new HashMap<>();
    List<AnswerSink> made = new ArrayList<>();
    for (int number = 0; number < sinkCount; number++) {
      // Known at once, so that it is closed even if the next one cannot be made.
      made.add(begin.apply(number));
      sinks = List.copyOf(made);
    }
    failure = null;
    hasCommitted = false;
  }

  @Override
  public synchronized boolean hasRoom() {
    OpenCommit filling = open;
    return filling == null || (filling.requests() < MOST_OPEN && filling.bytes() < MOST_BYTES);
  }

  @Override
  public synchronized boolean isIdle() {
    return open == null && committing == null;
  }

  @Override
  public synchronized void awaitProgress(Duration atMost) throws InterruptedException {
    if (!isIdle()) {
      TimeUnit.NANOSECONDS.timedWait(this, atMost.toNanos());
    }
  }

  @Override
  public synchronized void send(DeliveryBatch round) {
    throwFailure();
    try {
      OpenCommit filling = open;
      if (filling == null) {
        turn = (turn + 1) % sinks.size();
        filling = new OpenCommit(sinks.get(turn), consumer.groupMetadata());
        open = filling;
        notifyAll();
      }
      filling.send(round, consumer.groupMetadata());
    } catch (RuntimeException e) {
      // Part of the round may have been sent: no commit may take that for the whole.
      failure = e;
      giveUp(takeOpen());
      throw e;
    }
  }

  @Override
  public synchronized boolean settle() {
    throwFailure();
    if (!answered.isEmpty()) {
      Map<TopicPartition, OffsetAndMetadata> offsets = answered;
      answered = new HashMap<>();
      consumer.commitAsync(offsets, this::offsetsCommitted);
    }
    boolean committed = hasCommitted;
    hasCommitted = false;
    return committed;
  }

  private synchronized void offsetsCommitted(
      Map<TopicPartition, OffsetAndMetadata> offsets, @Nullable Exception refusal) {
    if (refusal != null) {
      failure = new KafkaException("offsets of answered requests were not committed", refusal);
    }
  }

  private void throwFailure() {
    RuntimeException failed = failure;
    if (failed != null) {
      throw failed;
    }
  }

  @Override
  public synchronized void finish() throws InterruptedException {
    awaitIdle();
    if (!answered.isEmpty()) {
      try {
        commitOffsets(answered);
        answered = new HashMap<>();
      } catch (KafkaException e) {
        failure = e;
      }
    }
  }

  /** What wakes the consumer up wants the thread to end, and this is how it ends. */
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

  private void awaitIdle() throws InterruptedException {
    while (!isIdle()) {
      wait();
    }
  }

  @Override
  public void close() {
    try {
      finish();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      end();
    }
  }

  private synchronized void end() {
    isClosed = true;
    committer.interrupt();
    closeSinks();
  }

  private void closeSinks() {
    sinks.forEach(AnswerSink::close);
    sinks = List.of();
  }

  /** The committing thread. */
  private void commitAll() {
    try {
      for (OpenCommit next = next(); next != null; next = next()) {
        commit(next);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized @Nullable OpenCommit next() throws InterruptedException {
    while (open == null && !isClosed) {
      wait();
    }
    committing = takeOpen();
    notifyAll();
    return committing;
  }

  private void commit(OpenCommit next) {
    Map<TopicPartition, OffsetAndMetadata> left = Map.of();
    try {
      left = next.commit();
      next.told().forEach(whenCommitted);
    } catch (Throwable e) { // Whatever it is: nothing may be committed after it.
      giveUp(failed(e));
    }
    ended(left);
  }

  private synchronized @Nullable OpenCommit failed(Throwable e) {
    failure =
        e instanceof RuntimeException cause ? cause : new KafkaException("a commit failed", e);
    return takeOpen();
  }

  private synchronized void ended(Map<TopicPartition, OffsetAndMetadata> left) {
    committing = null;
    answered.putAll(left);
    hasCommitted = failure == null;
    notifyAll();
  }

  private @Nullable OpenCommit takeOpen() {
    OpenCommit taken = open;
    open = null;
    return taken;
  }

  private static void giveUp(@Nullable OpenCommit commit) {
    if (commit != null) {
      commit.abort();
    }
  }
}
