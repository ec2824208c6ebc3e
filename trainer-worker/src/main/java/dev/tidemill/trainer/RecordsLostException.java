package dev.tidemill.trainer;

/**
 * Records that the lineage needs next are no longer in the log; they are never skipped in silence.
 */
public final class RecordsLostException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  RecordsLostException(String topic, Position wanted, Extent there) {
    super(
        "topic "
            + topic
            + " partition "
            + wanted.partition()
            + " is to be read on at offset "
            + wanted.offset()
            + ", but holds offsets "
            + there.start()
            + " to "
            + there.end()
            + ": records were deleted before they were trained"
            + " (raise the topic's retention.ms), or the topic was made anew");
  }

  RecordsLostException(String topic, Position wanted, long found) {
    super(
        "topic "
            + topic
            + " partition "
            + wanted.partition()
            + ": the record at offset "
            + wanted.offset()
            + ", whose sample "
            + wanted.sample()
            + " is the next to train, is gone; the next record stands at offset "
            + found);
  }
}
