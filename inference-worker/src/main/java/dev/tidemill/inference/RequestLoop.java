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
 * Polls requests and has them processed, on one thread. While the engine computes, the loop gives
 * up the consumer, and {@link #keepAlive} may poll instead. Closes the consumer.
 */
final class RequestLoop implements Duty {
  /** A computation that takes longer needs keep-alive polls. */
  private static final long SLOW_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final Duration KEEP_ALIVE_POLL_TIMEOUT = Duration.ofMillis(50);

  private final String roleName;
  private final Consumer<byte[], byte[]> consumer;
  private final String topic;
  private final ConsumerOwnership ownership;
  private final PartitionAssignment assignment;
  private final RequestProcessor processor;
  private @Nullable RuntimeException keepAliveFailure;
  private volatile boolean isWoken;

  /**
   * Creates a loop, which subscribes when it starts.
   *
   * @param topic the requests topic
   * @param ownership the lock that the processor releases while it computes
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
    ownership.acquire();
    try {
      throwKeepAliveFailure();
      assignment.pause(!processor.hasRoom());
      processor.onRecords(consumer.poll(processor.pollTimeout()));
    } catch (WakeupException e) {
      // Only wakeUp() causes this: the thread is to end.
      return false;
    } catch (OffsetOutOfRangeException e) {
      processor.onOutOfRange(e);
    } finally {
      ownership.release();
    }
    return !isWoken;
  }

  private void throwKeepAliveFailure() {
    RuntimeException failure = keepAliveFailure;
    keepAliveFailure = null;
    if (failure != null) {
      throw failure;
    }
  }

  /**
   * Polls with all partitions paused if the engine has computed for more than a second. So the
   * member does not exceed {@code max.poll.interval.ms}, and a rebalance does not wait for the
   * engine. {@link KeepAliveDuty} calls this twice a second.
   */
  void keepAlive() {
    if (!ownership.tryAcquireFromComputation(SLOW_NANOS)) {
      return;
    }
    try {
      assignment.pause(true);
      processor.gather(consumer.poll(KEEP_ALIVE_POLL_TIMEOUT));
    } catch (WakeupException e) {
      isWoken = true;
    } catch (RuntimeException e) {
      keepAliveFailure = e;
    } finally {
      ownership.release();
    }
  }

  @Override
  public void onClose() {
    ownership.acquire();
    try (consumer) {
      processor.close();
    } finally {
      ownership.release();
    }
  }

  /** Ends the loop. Any thread. */
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
