package dev.tidemill.testbed.history;

/** Where a record is on the log. */
public record Place(String topic, int partition, long offset) {

  /** Returns for example {@code tidemill.digits.batches-0@17}. */
  @Override
  public String toString() {
    return topic + "-" + partition + "@" + offset;
  }
}
