package dev.tidemill.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Counter;
import org.junit.jupiter.api.Test;

class MetricsTest {
  @Test
  void scrapesTheOthersIfSomeCannotBeComputed() {
    MeterGroup group = new MeterGroup("Test");
    try (Metrics metrics = new Metrics("m")) {
      Counter refreshed = metrics.worker("w").counter(group.counter("a.counter", "Counts."));
      metrics.beforeScrape(
          () -> {
            throw new IllegalStateException("cannot be computed");
          });
      metrics.beforeScrape(refreshed::increment);

      assertThat(metrics.scrape()).contains("a_counter_total{model=\"m\",worker=\"w\"} 1.0");
    }
  }
}
