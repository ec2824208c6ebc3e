package dev.tidemill.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.cli.CommandResult;
import dev.tidemill.cli.run.Components;
import dev.tidemill.runtime.MeterDefinition;
import dev.tidemill.runtime.Metrics;
import dev.tidemill.runtime.WorkerMetrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class MetricsCommandTest {
  @Test
  void printsTheMetricsPageOfTheDocs() throws IOException {
    Path page = Path.of(System.getProperty("tidemill.root", "../.."), "docs", "metrics.md");

    assertThat(CommandResult.tidemill("metrics").out())
        .as("docs/metrics.md is stale; write it with: ./tidemill metrics > docs/metrics.md")
        .isEqualTo(Files.readString(page));
  }

  /** Prometheus allows one set of tags per name and drops others; a demo has all workers. */
  @Test
  void exportsEveryMetricOfEveryWorkerInOneProcess() {
    try (Metrics metrics = new Metrics("digits")) {
      List<MeterDefinition> all =
          Components.meters().stream().flatMap(group -> group.meters().stream()).toList();
      for (int i = 0; i < all.size(); i++) {
        register(metrics.worker("w" + i), all.get(i));
      }

      String scraped = metrics.scrape();

      for (int i = 0; i < all.size(); i++) {
        assertThat(scraped)
            .containsPattern(
                "(?m)^%s(_count)?\\{[^}]*worker=\"w%d\"".formatted(all.get(i).scrapedName(), i));
      }
    }
  }

  private static void register(WorkerMetrics worker, MeterDefinition meter) {
    String[] values = meter.tags().toArray(String[]::new);
    switch (meter.kind()) {
      case COUNTER -> worker.counter(meter, values);
      case GAUGE -> worker.gauge(meter, () -> 1, values);
      case HISTOGRAM, AGE_HISTOGRAM -> worker.histogram(meter, values);
    }
  }
}
