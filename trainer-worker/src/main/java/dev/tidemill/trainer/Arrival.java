package dev.tidemill.trainer;

import dev.tidemill.messaging.tracing.RecordSpan;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/** An item that the reader hands to the training thread, in reading order. */
sealed interface Arrival {

  /** Bytes of record data that this item keeps referenced; 0 for items without any. */
  default long bytes() {
    return 0;
  }

  /**
   * A record that cannot be trained, at its place in the reading order.
   *
   * @param reason one sentence that says what is wrong and where
   * @param bytes the memory of the record and the reason
   */
  record Refused(ConsumerRecord<byte[], byte[]> record, String reason, long bytes)
      implements Arrival {
    /** Bytes of a header's objects and list entry, besides its key and value. */
    private static final int HEADER_OVERHEAD = 64;

    Refused(ConsumerRecord<byte[], byte[]> record, String reason) {
      this(record, reason, bytes(record) + reason.length());
    }

    /** Returns the same record with a note after its reason. The budget keeps what it reserved. */
    Refused noted(String note) {
      return new Refused(record, reason + note, bytes);
    }

    private static long bytes(ConsumerRecord<byte[], byte[]> record) {
      long bytes = length(record.key()) + (long) length(record.value());
      for (Header header : record.headers()) {
        bytes += HEADER_OVERHEAD + header.key().length() + length(header.value());
      }
      return bytes;
    }

    private static int length(byte @Nullable [] bytes) {
      return bytes == null ? 0 : bytes.length;
    }
  }

  /** The reader has handed over all records of the partition before this offset. */
  record Passed(int partition, long offset) implements Arrival {}

  /**
   * A partition was added to the topic; the reader reads it from now on.
   *
   * @param start where reading begins, which is after offset 0 if records were deleted
   */
  record PartitionAdded(PartitionStart start) implements Arrival {}

  /** A notice of the reader for the user. */
  record Notice(String sentence) implements Arrival {}

  /**
   * An epoch of a bounded run begins or continues.
   *
   * @param samples left to train in the epoch; 0 if they were not counted
   * @param weight sum of their weights
   */
  record EpochBegin(int epoch, long samples, double weight) implements Arrival {}

  /** The reader has read the bounded range to its end in this epoch. */
  record EpochEnd(int epoch) implements Arrival {}

  /**
   * The next batch needs another network than the term's; no more items follow. The next term reads
   * that batch.
   */
  record NewTerm(String why) implements Arrival {}

  /** The reader has reached its end; no more items follow. */
  record InputEnd() implements Arrival {}

  /**
   * The samples of one record.
   *
   * @param span from its receipt to the commit of the version that it is in
   */
  record Samples(DecodedRecord record, RecordSpan span) implements Arrival {
    @Override
    public long bytes() {
      return record.bytes();
    }
  }
}
