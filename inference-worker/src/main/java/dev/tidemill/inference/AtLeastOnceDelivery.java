package dev.tidemill.inference;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
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

  private final Producer<byte[], byte[]> producer;
  private final Consumer<byte[], byte[]> consumer;
  private final java.util.function.Consumer<Round> whenAnswered;
  private final Deque<Answering> making = new ArrayDeque<>();
  private @Nullable RuntimeException commitFailure;

  /**
   * With a plain producer.
   *
   * @param producer owned from here on
   * @param consumer whose offsets are committed; stays the caller's
   * @param whenAnswered called on a thread of the producer's
   */
  AtLeastOnceDelivery(
      Producer<byte[], byte[]> producer,
      Consumer<byte[], byte[]> consumer,
      java.util.function.Consumer<Round> whenAnswered) {
    this.producer = producer;
    this.consumer = consumer;
    this.whenAnswered = whenAnswered;
  }

  /** A round whose answers are on their way. */
  private static final class Answering implements Callback {
    final Round round;
    final CompletableFuture<Round> acknowledged = new CompletableFuture<>();
    private final AtomicInteger left;

    Answering(Round round) {
      this.round = round;
      this.left = new AtomicInteger(round.records().size());
    }

    @Override
    public void onCompletion(@Nullable RecordMetadata at, @Nullable Exception failure) {
      if (failure != null) {
        acknowledged.completeExceptionally(
            new KafkaException("an answer was not written", failure));
      } else if (left.decrementAndGet() == 0) {
        acknowledged.complete(round);
      }
    }
  }

  @Override
  public void restart() {
    producer.flush();
    making.clear();
    commitFailure = null;
  }

  @Override
  public boolean hasRoom() {
    return making.size() < MOST_ROUNDS;
  }

  @Override
  @SuppressWarnings("FutureReturnValueIgnored") // The callback is told.
  public void send(Round round) {
    Answering answering = new Answering(round);
    answering.acknowledged.thenAccept(whenAnswered);
    making.add(answering);
    for (ProducerRecord<byte[], byte[]> record : round.records()) {
      producer.send(record, answering);
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
      answered.putAll(oldest.round.offsets());
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
    try (producer) {
      finish();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
