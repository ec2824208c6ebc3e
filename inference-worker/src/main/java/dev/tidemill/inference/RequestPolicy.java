package dev.tidemill.inference;

import dev.tidemill.messaging.FencedException;
import dev.tidemill.messaging.RecordCodec;
import dev.tidemill.messaging.RecordPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of requests: gathered into micro-batches, answered, and delivered, all that is due
 * in one round. A round is computed and sent while those before it commit, so that requests which
 * find the worker idle wait for nothing, and the more there are the more are gathered by the time
 * that the thread looks again. A rebalance waits until what is in the making is committed, and
 * finds just requests that nobody has begun.
 */
final class RequestPolicy implements RecordPolicy {
  private static final Logger LOG = LoggerFactory.getLogger(RequestPolicy.class);
  private static final Duration LONGEST_POLL = Duration.ofMillis(100);

  private final Consumer<byte[], byte[]> consumer;
  private final RecordCodec codec;
  private final MicroBatcher batcher;
  private final Function<List<PendingRequest>, List<Outcome>> answerer;
  private final Answers answers;
  private final Delivery delivery;
  private final ServingMetrics metrics;
  private final LongSupplier nanoTime;
  private final Recovery recovery;

  /**
   * With the parts that it puts to work.
   *
   * @param answerer what comes of each request of a micro-batch, in their order
   * @param delivery owned from here on
   */
  RequestPolicy(
      Consumer<byte[], byte[]> consumer,
      RecordCodec codec,
      MicroBatcher batcher,
      Function<List<PendingRequest>, List<Outcome>> answerer,
      Answers answers,
      Delivery delivery,
      ServingMetrics metrics,
      LongSupplier nanoTime) {
    this.consumer = consumer;
    this.codec = codec;
    this.batcher = batcher;
    this.answerer = answerer;
    this.answers = answers;
    this.delivery = delivery;
    this.metrics = metrics;
    this.nanoTime = nanoTime;
    this.recovery = new Recovery(nanoTime.getAsLong());
  }

  /** Readies the delivery before anything is read; what fails is done again when it matters. */
  void prepare() {
    try {
      delivery.restart();
      recovery.restarted();
    } catch (InterruptException e) {
      throw e;
    } catch (KafkaException | FencedException e) {
      LOG.debug("answers cannot be delivered yet", e);
    }
  }

  @Override
  public boolean hasRoom() {
    return !recovery.isNeeded();
  }

  @Override
  public Duration pollTimeout() {
    long untilDue = Math.max(0, batcher.nanosUntilDue(nanoTime.getAsLong()));
    return untilDue < LONGEST_POLL.toNanos() ? Duration.ofNanos(untilDue) : LONGEST_POLL;
  }

  @Override
  public boolean onRecords(ConsumerRecords<byte[], byte[]> records) throws Exception {
    long now = nanoTime.getAsLong();
    for (ConsumerRecord<byte[], byte[]> record : records) {
      batcher.add(PendingRequest.decode(record, codec, now));
    }
    if (recovery.isDue(now)) {
      orRecover(this::restart);
    }
    if (!recovery.isNeeded()) {
      orRecover(this::goOn);
    }
    return true;
  }

  @Override
  public void onRevoked(Collection<TopicPartition> partitions, boolean lost) {
    try {
      delivery.finish();
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
    batcher.drop(partitions);
  }

  @Override
  public void onClose() {
    delivery.close();
  }

  private void goOn() throws InterruptedException {
    if (delivery.settle()) {
      recovery.delivered();
    }
    if (!batcher.isDue(nanoTime.getAsLong())) {
      return;
    }
    if (delivery.hasRoom()) {
      delivery.send(answerAllDue());
    } else {
      // The poll that follows gathers what has come meanwhile.
      delivery.awaitRoom();
    }
  }

  private Round answerAllDue() {
    List<Told> told = new ArrayList<>(batcher.size());
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>(batcher.size());
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    while (batcher.isDue(nanoTime.getAsLong())) {
      List<PendingRequest> requests = batcher.take();
      for (Outcome outcome : answerer.apply(requests)) {
        told.add(new Told(outcome.kind(), outcome.pending().receivedNanos()));
        answers.add(outcome, records);
      }
      passOver(requests, offsets);
    }
    return new Round(told, records, offsets);
  }

  /** In runs of a partition's: a poll gives one partition's requests after the other's. */
  private static void passOver(
      List<PendingRequest> requests, Map<TopicPartition, OffsetAndMetadata> offsets) {
    for (int i = 0; i < requests.size(); i++) {
      PendingRequest request = requests.get(i);
      boolean isLast = i + 1 == requests.size();
      if (isLast || requests.get(i + 1).record().partition() != request.record().partition()) {
        offsets.put(request.partition(), new OffsetAndMetadata(request.record().offset() + 1));
      }
    }
  }

  /** Work with the log, which may fail in many ways, and is done again. */
  private interface LogWork {
    void run() throws Exception;
  }

  private void orRecover(LogWork work) throws Exception {
    try {
      work.run();
    } catch (WakeupException | InterruptException e) {
      throw e;
    } catch (RuntimeException e) {
      afterFailure(e);
    }
  }

  private void afterFailure(RuntimeException failure) {
    batcher.clear();
    boolean last =
        recovery.failed(failure instanceof FencedException, nanoTime.getAsLong())
            || failure instanceof AuthorizationException
            || failure instanceof AuthenticationException;
    metrics.deliveryFailed();
    if (last) {
      throw failure;
    }
    LOG.warn("answers were not committed; their requests are read again: {}", failure.toString());
    LOG.debug("answers were not committed", failure);
  }

  /** Goes back to what is committed, which only a restarted delivery can tell. */
  private void restart() {
    delivery.restart();
    Set<TopicPartition> assigned = consumer.assignment();
    Map<TopicPartition, OffsetAndMetadata> committed = consumer.committed(assigned);
    for (TopicPartition partition : assigned) {
      OffsetAndMetadata position = committed.get(partition);
      if (position == null) {
        consumer.seekToBeginning(List.of(partition));
      } else {
        consumer.seek(partition, position);
      }
    }
    batcher.clear();
    recovery.restarted();
  }
}
