package dev.tidemill.messaging;

import dev.tidemill.runtime.Duty;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;

/**
 * Polls one consumer on one thread. The loop owns poll, pause and resume, rebalances and wakeup; a
 * {@link RecordPolicy} decides what happens to the records. The loop closes the consumer.
 */
public final class RecordLoop implements Duty {
  /**
   * The poll timeout of a paused loop, which bounds how late it notices that there is room again.
   */
  private static final Duration PAUSED_POLL = Duration.ofMillis(5);

  private final String roleName;
  private final Consumer<byte[], byte[]> consumer;
  private final List<String> subscription;
  private final RecordPolicy policy;
  private final HeldPartitions held;
  private boolean allPaused;

  private RecordLoop(
      String roleName,
      Consumer<byte[], byte[]> consumer,
      List<String> subscription,
      RecordPolicy policy) {
    this.roleName = roleName;
    this.consumer = consumer;
    this.subscription = subscription;
    this.policy = policy;
    this.held = new HeldPartitions(consumer, policy::isReadable);
  }

  /** Creates a loop for a consumer whose partitions the policy assigns in its {@code onStart}. */
  public static RecordLoop assigned(
      String roleName, Consumer<byte[], byte[]> consumer, RecordPolicy policy) {
    return new RecordLoop(roleName, consumer, List.of(), policy);
  }

  /** Creates a loop for a group consumer of the given topics. */
  public static RecordLoop subscribed(
      String roleName,
      Consumer<byte[], byte[]> consumer,
      Collection<String> topics,
      RecordPolicy policy) {
    return new RecordLoop(roleName, consumer, List.copyOf(topics), policy);
  }

  @Override
  public String roleName() {
    return roleName;
  }

  @Override
  public void onStart() throws Exception {
    if (!subscription.isEmpty()) {
      consumer.subscribe(subscription, new Rebalances());
    }
    try {
      policy.onStart();
    } catch (WakeupException e) {
      // The thread is stopping before its first poll, so it will not call doWork.
      return;
    }
  }

  @Override
  public boolean doWork() throws Exception {
    try {
      applyPauses();
      return policy.onRecords(
          held.withhold(consumer.poll(allPaused ? PAUSED_POLL : policy.pollTimeout())));
    } catch (WakeupException e) {
      // wakeUp() is called only to stop the thread.
      return false;
    }
  }

  @Override
  public void onClose() throws Exception {
    // Kafka's client aborts its close if the thread is interrupted.
    boolean interrupted = Thread.interrupted();
    try (consumer) {
      policy.onClose();
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Any thread. */
  @Override
  public void wakeUp() {
    consumer.wakeup();
  }

  /**
   * Compares the consumer's own pauses with the wanted ones before each poll. An assignment by the
   * group or the policy adds partitions that are not paused, and drops existing pauses.
   */
  private void applyPauses() {
    boolean room = policy.hasRoom();
    Set<TopicPartition> unwanted = new HashSet<>();
    Set<TopicPartition> wanted = new HashSet<>();
    for (TopicPartition partition : consumer.assignment()) {
      (room && policy.wants(partition) && !held.holds(partition) ? wanted : unwanted)
          .add(partition);
    }
    Set<TopicPartition> paused = consumer.paused();
    allPaused = !room || (wanted.isEmpty() && !unwanted.isEmpty());
    wanted.retainAll(paused);
    unwanted.removeAll(paused);
    consumer.resume(wanted);
    consumer.pause(unwanted);
  }

  private final class Rebalances implements ConsumerRebalanceListener {
    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      policy.onAssigned(partitions);
      // This runs inside a poll, which may fetch from these partitions before the next doWork.
      applyPauses();
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      held.forget(partitions);
      policy.onRevoked(partitions, false);
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
      held.forget(partitions);
      policy.onRevoked(partitions, true);
    }
  }
}
