package dev.tidemill.trainer.labels;

import dev.tidemill.messaging.KafkaClients;
import dev.tidemill.messaging.KafkaFailures;
import dev.tidemill.messaging.RecordCodec;
import dev.tidemill.messaging.RecordLoop;
import dev.tidemill.messaging.TopicGuard;
import dev.tidemill.messaging.TopicState;
import dev.tidemill.runtime.Duty;
import dev.tidemill.runtime.HealthMonitor;
import dev.tidemill.schemas.Topics.Name;
import dev.tidemill.trainer.drift.DelayedErrors;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that reads labels and predictions, once both topics exist and there is a label.
 * Training does not depend on it: whatever fails degrades the trainer, and is tried again.
 */
public final class LabelDuty implements Duty {
  /** The condition while labels or predictions cannot be read. */
  public static final String CONDITION = "delayed labels";

  private static final Logger LOG = LoggerFactory.getLogger(LabelDuty.class);
  private static final Duration RETRY = Duration.ofSeconds(2);

  private final RecordLoop loop;
  private final LabelReader reader;
  private final Supplier<TopicGuard.OptionalTopics> topics;
  private final HealthMonitor monitor;
  private final Duration recheck;
  private final Duration readTimeout;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private boolean saidAbsent;
  private boolean existed;

  /**
   * Creates a duty with a new consumer, which the duty owns.
   *
   * @param topics returns what is known of the topics now
   * @param recheck interval between looks for topics that do not exist, and for the first label
   */
  public LabelDuty(
      String roleName,
      KafkaClients clients,
      RecordCodec codec,
      DelayedErrors errors,
      Supplier<TopicGuard.OptionalTopics> topics,
      HealthMonitor monitor,
      Duration recheck,
      Clock clock) {
    Consumer<byte[], byte[]> consumer = clients.assignedConsumer(roleName);
    this.reader = new LabelReader(consumer, codec, errors, clock, System::nanoTime);
    this.loop = RecordLoop.assigned(roleName, consumer, reader);
    this.topics = topics;
    this.monitor = monitor;
    this.recheck = recheck;
    this.readTimeout = clients.readTimeout();
  }

  @Override
  public String roleName() {
    return loop.roleName();
  }

  @Override
  public boolean doWork() throws Exception {
    try {
      if (!follow()) {
        return !stopping.await(recheck.toMillis(), TimeUnit.MILLISECONDS);
      }
      boolean more = loop.doWork();
      if (reader.isStalled(readTimeout)) {
        degrade("labels and predictions cannot be fetched for %s".formatted(readTimeout));
      } else {
        monitor.recover(CONDITION);
      }
      return more;
    } catch (WakeupException | InterruptException e) {
      return false;
    } catch (KafkaException e) {
      if (e instanceof InvalidOffsetException) {
        reader.restart();
      }
      degrade(KafkaFailures.explain(e));
      return !stopping.await(RETRY.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  /** Returns whether there is anything to read. */
  private boolean follow() {
    TopicGuard.OptionalTopics now = topics.get();
    if (now.fault() != null) {
      degrade(now.fault());
      return false;
    }
    TopicState labels = now.found().get(Name.LABELS);
    TopicState predictions = now.found().get(Name.PREDICTIONS);
    if (labels == null || predictions == null) {
      absent(labels == null ? Name.LABELS : Name.PREDICTIONS);
      return false;
    }
    existed = true;
    boolean follows = reader.follow(new LabelReader.Topics(labels, predictions));
    if (!follows) {
      monitor.recover(CONDITION);
    }
    return follows;
  }

  private void absent(Name name) {
    if (existed) {
      degrade("topic " + name.word() + " does not exist any more: run tidemill topics create");
    } else if (!saidAbsent) {
      saidAbsent = true;
      LOG.info("topic {} does not exist, so no error by delayed labels is watched", name.word());
    }
  }

  private void degrade(String why) {
    monitor.degrade(
        CONDITION, "drift in delayed labels is not found, but training continues: " + why);
  }

  @Override
  public void onClose() throws Exception {
    monitor.recover(CONDITION);
    loop.onClose();
  }

  @Override
  public void wakeUp() {
    stopping.countDown();
    loop.wakeUp();
  }
}
