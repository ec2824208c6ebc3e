package dev.tidemill.inference;

import dev.tidemill.messaging.Transactions;
import java.util.List;
import java.util.function.IntFunction;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;

/**
 * Answers and offsets in one transaction: a request's answer and its being answered are one. Two
 * producers take turns: while one commits a transaction, rounds are computed and sent in the next
 * one, by the other. So a round waits for the commit before it and its own, and for nothing where
 * there is none.
 *
 * <p>The order that this relies on: one thread adds offsets and commits, transaction after
 * transaction in the order in which they were begun. So a round's offsets reach the coordinator
 * only after all rounds before it were committed, and committed offsets never pass over a request
 * without an answer. When a transaction fails, none after it is committed: the one that is open is
 * aborted, and nothing is sent until the owner begins anew, with new producers whose first act ends
 * whatever the old ones left open. The membership under which requests are read changes only inside
 * a poll, which ends what is in the making before it gives partitions up. A member that has lost
 * them is refused by the coordinator; and where its offsets came in time, whoever asks for them
 * waits until the transaction has ended.
 */
final class ExactlyOnceDelivery implements Delivery {
  /** Requests in an open transaction: more than one commit's time brings. */
  private static final int MOST_OPEN = 4096;

  private final IntFunction<Transactions> begin;
  private final Consumer<byte[], byte[]> consumer;
  private final java.util.function.Consumer<List<Told>> whenCommitted;
  private final Thread committer;

  // What both threads touch, under this object's monitor.
  private List<Transactions> producers = List.of();
  private int turn;
  private @Nullable OpenTransaction open;
  private @Nullable OpenTransaction committing;
  private @Nullable RuntimeException failure;
  private boolean hasCommitted;
  private boolean isClosed;

  /**
   * Begins nothing yet.
   *
   * @param threadName of the thread that commits
   * @param begin makes the producer of a number, from 0, and fences what an earlier one of that
   *     number left open
   * @param consumer whose offsets are committed; stays the caller's
   * @param whenCommitted called on the committing thread
   */
  ExactlyOnceDelivery(
      String threadName,
      IntFunction<Transactions> begin,
      Consumer<byte[], byte[]> consumer,
      java.util.function.Consumer<List<Told>> whenCommitted) {
    this.begin = begin;
    this.consumer = consumer;
    this.whenCommitted = whenCommitted;
    this.committer = new Thread(this::commitAll, threadName);
    this.committer.setDaemon(true);
    this.committer.start();
  }

  @Override
  public synchronized void restart() {
    try {
      finish();
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
    closeProducers();
    Transactions first = begin.apply(0);
    producers = List.of(first);
    producers = List.of(first, begin.apply(1));
    failure = null;
  }

  @Override
  public synchronized boolean hasRoom() {
    OpenTransaction filling = open;
    return filling == null || (filling.requests() < MOST_OPEN && filling.bytes() < MOST_BYTES);
  }

  @Override
  public synchronized void awaitRoom() throws InterruptedException {
    while (!hasRoom()) {
      wait();
    }
  }

  @Override
  public synchronized void send(Round round) {
    throwFailure();
    try {
      OpenTransaction filling = open;
      if (filling == null) {
        filling = new OpenTransaction(nextProducer(), consumer.groupMetadata());
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

  /**
   * By turns, also where none commits: brokers still write the end of a producer's transaction when
   * its commit has returned, and refuse the producer's next one until they have.
   */
  private Transactions nextProducer() {
    turn = (turn + 1) % producers.size();
    return producers.get(turn);
  }

  @Override
  public synchronized boolean settle() {
    throwFailure();
    boolean committed = hasCommitted;
    hasCommitted = false;
    return committed;
  }

  private void throwFailure() {
    RuntimeException failed = failure;
    if (failed != null) {
      throw failed;
    }
  }

  @Override
  public synchronized void finish() throws InterruptedException {
    while (open != null || committing != null) {
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
    closeProducers();
  }

  private void closeProducers() {
    producers.forEach(Transactions::close);
    producers = List.of();
  }

  /** The committing thread. */
  private void commitAll() {
    try {
      for (OpenTransaction next = next(); next != null; next = next()) {
        commit(next);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized @Nullable OpenTransaction next() throws InterruptedException {
    while (open == null && !isClosed) {
      wait();
    }
    committing = takeOpen();
    notifyAll();
    return committing;
  }

  private void commit(OpenTransaction transaction) {
    try {
      transaction.commit().forEach(whenCommitted);
    } catch (Throwable e) { // Whatever it is: nothing may be committed after it.
      giveUp(failed(e));
    }
    ended();
  }

  private synchronized @Nullable OpenTransaction failed(Throwable e) {
    failure =
        e instanceof RuntimeException cause ? cause : new KafkaException("a commit failed", e);
    return takeOpen();
  }

  private synchronized void ended() {
    committing = null;
    hasCommitted = failure == null;
    notifyAll();
  }

  private @Nullable OpenTransaction takeOpen() {
    OpenTransaction taken = open;
    open = null;
    return taken;
  }

  private static void giveUp(@Nullable OpenTransaction transaction) {
    if (transaction != null) {
      transaction.abort();
    }
  }
}
