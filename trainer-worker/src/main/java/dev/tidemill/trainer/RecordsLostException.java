package dev.tidemill.trainer;

/** The log no longer contains the records to train next. They are never skipped silently. */
public final class RecordsLostException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  RecordsLostException(String topic, Position wanted, LogRange available) {
    super(
        "topic "
            + topic
            + " partition "
            + wanted.partition()
            + ": training needs offset "
            + wanted.offset()
            + " (epoch "
            + wanted.epoch()
            + "), but the log holds offsets "
            + available.start()
            + " to "
            + available.end()
            + remedy(wanted, available));
  }

  private static String remedy(Position wanted, LogRange available) {
    return wanted.offset() < available.start()
        ? ": offsets "
            + wanted.offset()
            + " to "
            + (available.start() - 1)
            + " were deleted before they were trained. To continue after them, start train again"
            + " with --accept-gap, which takes effect only when train starts; the next version"
            + " records the gap. To prevent further gaps, raise the topic's retention.ms"
        : ": the log ends before records that were trained, as after an unclean leader election."
            + " New records would reuse their offsets and be skipped. Train another model (--model)"
            + " from this model's weights (--init)";
  }

  RecordsLostException(String topic, Position wanted, long found) {
    super(
        "topic "
            + topic
            + " partition "
            + wanted.partition()
            + ": the record at offset "
            + wanted.offset()
            + " is gone, but its sample "
            + wanted.sample()
            + " is the next to train; the next record is at offset "
            + found);
  }
}
