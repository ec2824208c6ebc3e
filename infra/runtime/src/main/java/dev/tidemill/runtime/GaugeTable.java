package dev.tidemill.runtime;

import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * A gauge with a row for each combination of tag values. Fill it before each scrape; see {@link
 * Metrics#beforeScrape}. One thread at a time.
 */
public final class GaugeTable {
  private final MultiGauge gauge;
  private final Function<String[], Tags> tags;
  private List<MultiGauge.Row<Number>> rows = new ArrayList<>();

  GaugeTable(MultiGauge gauge, Function<String[], Tags> tags) {
    this.gauge = gauge;
    this.tags = tags;
  }

  /**
   * Adds a row to those that the next {@link #publish} exports.
   *
   * @param tagValues one for each of the definition's own tags, in their order
   */
  public GaugeTable row(Number value, String... tagValues) {
    rows.add(MultiGauge.Row.of(tags.apply(tagValues), value));
    return this;
  }

  /** Forgets the rows that were added since the last {@link #publish}. */
  public void clear() {
    rows = new ArrayList<>();
  }

  /** Exports the rows that were added since the last call, and no others. */
  public void publish() {
    gauge.register(rows, true);
    rows = new ArrayList<>();
  }
}
