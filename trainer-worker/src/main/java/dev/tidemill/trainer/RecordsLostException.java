package dev.tidemill.trainer;

/**
 * Records that the lineage needs next are no longer in the log; they are never skipped in silence.
 */
public final class RecordsLostException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  RecordsLostException(String topic, Position wanted, LogRange there) {
    super(
        "topic "
            + topic
            + " partition "
            + wanted.partition()
            + " is to be read on at offset "
            + wanted.offset()
            + " (epoch "
            + wanted.epoch()
            + "), but holds offsets "
            + there.start()
            + " to "
            + there.end()
            + wayOn(wanted, there));
  }

  private static String wayOn(Position wanted, LogRange there) {
    return wanted.offset() < there.start()
        ? ": offsets "
            + wanted.offset()
            + " to "
            + (there.start() - 1)
            + " were deleted before they were trained. To continue behind them, start train again"
            + " with --accept-gap, which takes effect only when train starts; the next version"
            + " records the gap. Raise the topic's retention.ms so that it doesn't happen again"
        : ": the log ends before records that were trained, as after an unclean leader election."
            + " New records would take their offsets and be skipped. Train under another name"
            + " (--model), from this model's weights (--init)";
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
