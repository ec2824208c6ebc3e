package dev.tidemill.runtime;

import java.util.List;
import java.util.Locale;

/**
 * The declaration of one metric that workers export. Made by a {@link MeterGroup}.
 *
 * @param name with dots, without the suffix that the kind adds, e.g. {@code
 *     tidemill.samples.trained}
 * @param kind what is measured and how it is scraped
 * @param description one sentence for an operator
 * @param tags the keys that it has besides {@code model} and {@code worker}
 */
public record MeterDefinition(String name, Kind kind, String description, List<String> tags) {
  /** What Prometheus makes of a metric. */
  public enum Kind {
    /** A sum that only grows. */
    COUNTER("_total"),
    /** A value that is read at each scrape. */
    GAUGE(""),
    /** A histogram of durations in seconds; quantiles can be computed across workers. */
    HISTOGRAM("_seconds"),
    /** A {@link #HISTOGRAM} of times up to a day, with buckets from a second on. */
    AGE_HISTOGRAM("_seconds");

    private final String suffix;

    Kind(String suffix) {
      this.suffix = suffix;
    }

    @Override
    public String toString() {
      return this == AGE_HISTOGRAM ? HISTOGRAM.toString() : name().toLowerCase(Locale.ROOT);
    }
  }

  public MeterDefinition {
    tags = List.copyOf(tags);
  }

  /** The name in Prometheus' text format, e.g. {@code tidemill_samples_trained_total}. */
  public String scrapedName() {
    return name.replace('.', '_') + kind.suffix;
  }
}
