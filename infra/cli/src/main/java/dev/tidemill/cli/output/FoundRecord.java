package dev.tidemill.cli.output;

/**
 * A record and where it is on its topic.
 *
 * @param <T> the record's type
 */
public record FoundRecord<T>(int partition, long offset, T value) {
  /** As in "partition 2, offset 17". */
  public String place() {
    return "partition " + partition + ", offset " + offset;
  }
}
