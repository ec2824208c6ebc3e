package dev.tidemill.producer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.runtime.Health;
import dev.tidemill.runtime.HealthMonitor;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class DeliveryWatchTest {
  private static final Instant NOW = Instant.ofEpochSecond(1_700_000_000);

  private final Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
  private final HealthMonitor monitor = new HealthMonitor("producer-m", clock);
  private long pending;
  private Duration waiting = Duration.ZERO;
  private final DeliveryWatch watch =
      new DeliveryWatch(
          "watch",
          "tidemill.m.batches",
          new Deliveries() {
            @Override
            public long pending() {
              return pending;
            }

            @Override
            public Duration waiting() {
              return waiting;
            }
          },
          Duration.ofSeconds(10),
          monitor,
          clock);

  @Test
  void degradesWhileNothingIsAcknowledged() {
    watch.check();
    assertThat(health().state()).isEqualTo(Health.State.READY);

    pending = 7;
    waiting = Duration.ofSeconds(9);
    watch.check();
    assertThat(health().state()).isEqualTo(Health.State.READY);

    waiting = Duration.ofSeconds(12);
    watch.check();
    watch.check();
    assertThat(health().state()).isEqualTo(Health.State.DEGRADED);
    assertThat(health().detail()).contains("7 records", "tidemill.m.batches", "12 s");
    assertThat(health().since()).isEqualTo(NOW.minusSeconds(12));
    assertThat(health().count()).isEqualTo(2);

    waiting = Duration.ofSeconds(1);
    watch.check();
    assertThat(health().state()).isEqualTo(Health.State.READY);
  }

  private Health health() {
    return monitor.apply(Health.ready("sending"));
  }
}
