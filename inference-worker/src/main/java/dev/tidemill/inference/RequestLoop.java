package dev.tidemill.inference;

import dev.tidemill.runtime.Duty;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;

/**
 * Polls requests, and has them processed, on one thread. While the engine computes, the loop does
 * not own the consumer, and {@link #keepAlive} may poll in its place. Closes the consumer.
 */
final class RequestLoop implements Duty {
  /** Computations that take longer are polled for. */
  private static final long SLOW_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final Duration KEEPING_POLL = Duration.ofMillis(50);

  private final String roleName;
  private final Consumer<byte[], byte[]> consumer;
  private final String topic;
  private final ConsumerOwnership ownership;
  private final PartitionAssignment assignment;
  private final RequestProcessor processor;
  private @Nullable RuntimeException keeperFailure;
  private volatile boolean isWoken;

  /**
   * Subscribes when it starts.
   *
   * @param topic of requests
   * @param ownership as the processor gives it up while it computes
   */
  RequestLoop(
      String roleName,
      Consumer<byte[], byte[]> consumer,
      String topic,
      ConsumerOwnership ownership,
      PartitionAssignment assignment,
      RequestProcessor processor) {
    this.roleName = roleName;
    this.consumer = consumer;
    this.topic = topic;
    this.ownership = ownership;
    this.assignment = assignment;
    this.processor = processor;
  }

  @Override
  public String roleName() {
    return roleName;
  }

  @Override
  public void onStart() {
    consumer.subscribe(List.of(topic), new Rebalances());
  }

  @Override
  public boolean doWork() throws InterruptedException {
    ownership.take();
    try {
      throwKeeperFailure();
      assignment.pause(!processor.hasRoom());
      processor.onRecords(consumer.poll(processor.pollTimeout()));
    } catch (WakeupException e) {
      // wakeUp() is called for one reason only: the thread is to end.
      return false;
    } catch (OffsetOutOfRangeException e) {
      processor.onOutOfRange(e);
    } finally {
      ownership.giveBack();
    }
    return !isWoken;
  }

  private void throwKeeperFailure() {
    RuntimeException failure = keeperFailure;
    keeperFailure = null;
    if (failure != null) {
      throw failure;
    }
  }

  /**
   * Polls with everything paused if the engine has been computing for long: so the member keeps its
   * partitions, and a rebalance waits for nothing. Called on another thread, now and then.
   */
  void keepAlive() {
    if (!ownership.takeFromComputation(SLOW_NANOS)) {
      return;
    }
    try {
      assignment.pause(true);
      processor.gather(consumer.poll(KEEPING_POLL));
    } catch (WakeupException e) {
      isWoken = true;
    } catch (RuntimeException e) {
      keeperFailure = e;
    } finally {
      ownership.giveBack();
    }
  }

  @Override
  public void onClose() {
    ownership.take();
    try (consumer) {
      processor.close();
    } finally {
      ownership.giveBack();
    }
  }

  /** Any thread. */
  @Override
  public void wakeUp() {
    consumer.wakeup();
  }

  private final class Rebalances implements ConsumerRebalanceListener {
    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      processor.onAssigned(partitions);
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      processor.onRevoked(partitions);
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
      processor.onLost(partitions);
    }
  }
}
