package dev.tidemill.runtime;

import dev.tidemill.runtime.MeterDefinition.Kind;
import java.util.ArrayList;
import java.util.List;

/**
 * The metrics of one kind of worker, declared in one place as static fields. Declaring a metric
 * adds it to the group, so that the metrics page cannot miss one.
 */
public final class MeterGroup {
  private final String title;
  private final List<MeterDefinition> meters = new ArrayList<>();

  /** An empty group under a heading of the metrics page. */
  public MeterGroup(String title) {
    this.title = title;
  }

  /** Declares a sum that only grows. */
  public MeterDefinition counter(String name, String description, String... tags) {
    return add(name, Kind.COUNTER, description, tags);
  }

  /** Declares a value that is read at each scrape. */
  public MeterDefinition gauge(String name, String description, String... tags) {
    return add(name, Kind.GAUGE, description, tags);
  }

  /** Declares a histogram of durations. */
  public MeterDefinition histogram(String name, String description, String... tags) {
    return add(name, Kind.HISTOGRAM, description, tags);
  }

  /** Declares a histogram of times up to a day. */
  public MeterDefinition ageHistogram(String name, String description, String... tags) {
    return add(name, Kind.AGE_HISTOGRAM, description, tags);
  }

  public String title() {
    return title;
  }

  /** In the order of their declaration. */
  public synchronized List<MeterDefinition> meters() {
    return List.copyOf(meters);
  }

  private synchronized MeterDefinition add(
      String name, Kind kind, String description, String... tags) {
    MeterDefinition meter = new MeterDefinition(name, kind, description, List.of(tags));
    meters.add(meter);
    return meter;
  }
}
