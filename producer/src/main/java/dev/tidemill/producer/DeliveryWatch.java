package dev.tidemill.producer;

import dev.tidemill.runtime.Duty;
import dev.tidemill.runtime.HealthMonitor;
import java.time.Clock;
import java.time.Duration;

/** Marks a worker as degraded while the brokers do not acknowledge its records. */
public final class DeliveryWatch implements Duty {
  private static final String CONDITION = "records not acknowledged";

  private static final Duration INTERVAL = Duration.ofMillis(500);

  private final String name;
  private final String topic;
  private final Deliveries deliveries;
  private final Duration limit;
  private final HealthMonitor monitor;
  private final Clock clock;
  private final StopSignal stop = new StopSignal();

  /**
   * @param topic the topic written to, for the message
   * @param limit how long a record may wait for its acknowledgement
   */
  public DeliveryWatch(
      String name,
      String topic,
      Deliveries deliveries,
      Duration limit,
      HealthMonitor monitor,
      Clock clock) {
    this.name = name;
    this.topic = topic;
    this.deliveries = deliveries;
    this.limit = limit;
    this.monitor = monitor;
    this.clock = clock;
  }

  @Override
  public String roleName() {
    return name;
  }

  @Override
  public boolean doWork() throws InterruptedException {
    stop.await(INTERVAL.toNanos());
    check();
    return !stop.isStopped();
  }

  void check() {
    Duration waiting = deliveries.waiting();
    if (waiting.compareTo(limit) > 0) {
      monitor.degrade(
          CONDITION,
          "the brokers have acknowledged none of the "
              + deliveries.pending()
              + " records sent to "
              + topic
              + " for "
              + waiting.toSeconds()
              + " s",
          clock.instant().minus(waiting));
    } else {
      monitor.recover(CONDITION);
    }
  }

  @Override
  public void wakeUp() {
    stop.stop();
  }
}
