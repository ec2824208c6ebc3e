package dev.tidemill.inference;

import dev.tidemill.messaging.Transactions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers and offsets in one transaction: a request's answer and its being answered are one. Two
 * producers take turns, so that one round is computed and sent while the one before commits.
 *
 * <p>The order that this relies on: the serving thread begins a round's transaction and sends its
 * answers; one other thread adds the offsets and commits, round after round in the order of their
 * sending. So a round's offsets reach the coordinator only after the round before was committed,
 * and committed offsets never pass over a request without an answer. When a round fails, that
 * thread commits none after it: it aborts them, until the owner begins anew, with new producers
 * whose first act ends whatever the old ones left open. And a round is sent with the membership
 * under which its requests were read, since it changes only inside a poll, which ends what is in
 * the making before it gives partitions up; a member that lost them is refused by the coordinator,
 * and where it was not, whoever asks for the offsets waits until the transaction has ended.
 */
final class ExactlyOnceDelivery implements Delivery {
  private static final Logger LOG = LoggerFactory.getLogger(ExactlyOnceDelivery.class);

  private final IntFunction<Transactions> begin;
  private final Consumer<byte[], byte[]> consumer;
  private final java.util.function.Consumer<Round> whenCommitted;
  private final ExecutorService committing;
  private final List<Transactions> producers = new ArrayList<>();
  private final Deque<Future<?>> making = new ArrayDeque<>();
  private int turn;
  private volatile boolean hasFailed;

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
      java.util.function.Consumer<Round> whenCommitted) {
    this.begin = begin;
    this.consumer = consumer;
    this.whenCommitted = whenCommitted;
    this.committing =
        Executors.newSingleThreadExecutor(
            work -> {
              Thread thread = new Thread(work, threadName);
              thread.setDaemon(true);
              return thread;
            });
  }

  @Override
  public void restart() {
    try {
      finish();
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
    making.clear();
    closeProducers();
    for (int number = 0; number < ROUNDS; number++) {
      producers.add(begin.apply(number));
    }
    turn = 0;
    hasFailed = false;
  }

  @Override
  public boolean hasRoom() {
    return making.size() < ROUNDS;
  }

  @Override
  public void send(Round round) {
    Transactions producer = producers.get(turn);
    producer.begin(round.records());
    ConsumerGroupMetadata group = consumer.groupMetadata();
    making.add(committing.submit(() -> commit(round, producer, group)));
    turn = (turn + 1) % ROUNDS;
  }

  /** On the committing thread. */
  private void commit(Round round, Transactions producer, ConsumerGroupMetadata group) {
    if (hasFailed) {
      abort(producer);
      throw new CancellationException("a round before it failed");
    }
    try {
      producer.commit(round.offsets(), group);
    } catch (Throwable e) { // Whatever it is, no round may be committed after it.
      hasFailed = true;
      throw e;
    }
    whenCommitted.accept(round);
  }

  private static void abort(Transactions producer) {
    try {
      producer.abort();
    } catch (RuntimeException e) {
      // It stays open until the producer's successor begins, which is what happens next.
      LOG.debug("a round after a failed one could not be aborted", e);
    }
  }

  @Override
  public boolean settle() {
    boolean settled = false;
    for (Future<?> oldest = making.peek();
        oldest != null && oldest.isDone();
        oldest = making.peek()) {
      requireCommitted(oldest);
      making.remove();
      settled = true;
    }
    return settled;
  }

  private static void requireCommitted(Future<?> done) {
    try {
      done.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause
          ? cause
          : new KafkaException("answers were not committed", e.getCause());
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  @Override
  public void awaitOldest() throws InterruptedException {
    Future<?> oldest = making.peek();
    if (oldest != null) {
      await(oldest);
    }
  }

  @Override
  public void finish() throws InterruptedException {
    for (Future<?> round : making) {
      await(round);
    }
  }

  private static void await(Future<?> round) throws InterruptedException {
    try {
      round.get();
    } catch (ExecutionException e) {
      LOG.trace("told when it is settled", e);
    }
  }

  @Override
  public void close() {
    try {
      finish();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      committing.shutdownNow();
      closeProducers();
    }
  }

  private void closeProducers() {
    producers.forEach(Transactions::close);
    producers.clear();
  }
}
