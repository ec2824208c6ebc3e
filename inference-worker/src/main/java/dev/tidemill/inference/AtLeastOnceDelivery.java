package dev.tidemill.inference;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;

/**
 * Answers first, offsets after them: a crash in between answers again. Offsets of a round are sent
 * once all its answers are acknowledged, and those of the rounds before it too.
 */
final class AtLeastOnceDelivery implements Delivery {
  /** Rounds whose answers are on their way. */
  private static final int MOST_ROUNDS = 16;

  private final Supplier<Producer<byte[], byte[]>> begin;
  private final Consumer<byte[], byte[]> consumer;
  private final java.util.function.Consumer<List<Told>> whenAnswered;
  private final Deque<Answering> making = new ArrayDeque<>();
  private @Nullable Producer<byte[], byte[]> producer;
  private @Nullable RuntimeException commitFailure;

  /**
   * Begins nothing yet.
   *
   * @param begin makes a producer: a plain one
   * @param consumer whose offsets are committed; stays the caller's
   * @param whenAnswered called on a thread of the producer's
   */
  AtLeastOnceDelivery(
      Supplier<Producer<byte[], byte[]>> begin,
      Consumer<byte[], byte[]> consumer,
      java.util.function.Consumer<List<Told>> whenAnswered) {
    this.begin = begin;
    this.consumer = consumer;
    this.whenAnswered = whenAnswered;
  }

  /** A round whose answers are on their way. */
  private static final class Answering implements Callback {
    final Map<TopicPartition, OffsetAndMetadata> offsets;
    final long bytes;
    final CompletableFuture<List<Told>> acknowledged = new CompletableFuture<>();
    private final List<Told> told;
    private final AtomicInteger left;

    Answering(Round round) {
      this.offsets = round.offsets();
      this.bytes = round.bytes();
      this.told = round.told();
      this.left = new AtomicInteger(round.records().size());
    }

    @Override
    public void onCompletion(@Nullable RecordMetadata at, @Nullable Exception failure) {
      if (failure != null) {
        fail(failure);
      } else if (left.decrementAndGet() == 0) {
        acknowledged.complete(told);
      }
    }

    void fail(Exception cause) {
      acknowledged.completeExceptionally(new KafkaException("an answer was not written", cause));
    }
  }

  @Override
  public void restart() {
    // A producer that has failed may be good for nothing any more.
    closeProducer();
    making.clear();
    commitFailure = null;
    producer = begin.get();
  }

  @Override
  public boolean hasRoom() {
    return making.size() < MOST_ROUNDS
        && making.stream().mapToLong(answering -> answering.bytes).sum() < MOST_BYTES;
  }

  @Override
  @SuppressWarnings("FutureReturnValueIgnored") // The callback is told.
  public void send(Round round) {
    Producer<byte[], byte[]> open = producer;
    if (open == null) {
      throw new IllegalStateException("not started");
    }
    Answering answering = new Answering(round);
    answering.acknowledged.thenAccept(whenAnswered);
    making.add(answering);
    try {
      for (ProducerRecord<byte[], byte[]> record : round.records()) {
        open.send(record, answering);
      }
    } catch (RuntimeException e) {
      // The rest of the round is not on its way, and nobody may wait for it.
      answering.fail(e);
      throw e;
    }
  }

  @Override
  public boolean settle() {
    RuntimeException failed = commitFailure;
    if (failed != null) {
      throw failed;
    }
    Map<TopicPartition, OffsetAndMetadata> answered = answeredOffsets();
    if (answered.isEmpty()) {
      return false;
    }
    consumer.commitAsync(
        answered,
        (offsets, failure) -> {
          if (failure != null) {
            commitFailure =
                new KafkaException("offsets of answered requests were not committed", failure);
          }
        });
    return true;
  }

  /** Of the oldest rounds that are answered; they are not in the making any more. */
  private Map<TopicPartition, OffsetAndMetadata> answeredOffsets() {
    Map<TopicPartition, OffsetAndMetadata> answered = new HashMap<>();
    for (Answering oldest = making.peek();
        oldest != null && oldest.acknowledged.isDone();
        oldest = making.peek()) {
      requireAnswered(oldest);
      answered.putAll(oldest.offsets);
      making.remove();
    }
    return answered;
  }

  private static void requireAnswered(Answering done) {
    try {
      done.acknowledged.get();
    } catch (ExecutionException e) {
      throw (KafkaException) e.getCause();
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  @Override
  public void awaitRoom() throws InterruptedException {
    Answering oldest = making.peek();
    if (oldest != null) {
      await(oldest);
    }
  }

  private static void await(Answering round) throws InterruptedException {
    try {
      round.acknowledged.get();
    } catch (ExecutionException e) {
      // Told when it is settled.
      return;
    }
  }

  @Override
  public void finish() throws InterruptedException {
    for (Answering round : List.copyOf(making)) {
      await(round);
    }
    try {
      Map<TopicPartition, OffsetAndMetadata> answered = answeredOffsets();
      if (!answered.isEmpty()) {
        commit(answered);
      }
    } catch (KafkaException e) {
      commitFailure = e;
    }
  }

  /** What wakes the consumer up wants the thread to end, and this is how it ends. */
  private void commit(Map<TopicPartition, OffsetAndMetadata> answered) {
    boolean committed = false;
    boolean woken = false;
    while (!committed) {
      try {
        consumer.commitSync(answered);
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
      finish();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      closeProducer();
    }
  }

  private void closeProducer() {
    Producer<byte[], byte[]> closing = producer;
    producer = null;
    if (closing != null) {
      closing.close();
    }
  }
}
