package dev.tidemill.trainer;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/** What the reader hands to the training thread, in the order in which it was read. */
sealed interface Arrival {

  /** Bytes of memory that it keeps referenced, as far as they depend on what was read. */
  default long bytes() {
    return 0;
  }

  /**
   * A record that cannot be trained, in its place among the others.
   *
   * @param reason one sentence that names what and where
   * @param bytes of the record
   */
  record Refused(ConsumerRecord<byte[], byte[]> record, String reason, long bytes)
      implements Arrival {
    /** A header's two objects and its place in a list, beside its key and value. */
    private static final int AROUND_A_HEADER = 64;

    Refused(ConsumerRecord<byte[], byte[]> record, String reason) {
      this(record, reason, bytes(record) + reason.length());
    }

    private static long bytes(ConsumerRecord<byte[], byte[]> record) {
      long bytes = length(record.key()) + (long) length(record.value());
      for (Header header : record.headers()) {
        bytes += AROUND_A_HEADER + header.key().length() + length(header.value());
      }
      return bytes;
    }

    private static int length(byte @Nullable [] bytes) {
      return bytes == null ? 0 : bytes.length;
    }
  }

  /** No record of the partition before this offset is left: what was there has been handed over. */
  record Passed(int partition, long offset) implements Arrival {}

  /**
   * A partition was added to the topic, and is read from here on.
   *
   * @param start where it begins; its log may begin later than at offset 0
   */
  record PartitionAdded(PartitionStart start) implements Arrival {}

  /** What the reader has to tell a person. */
  record Notice(String sentence) implements Arrival {}

  /**
   * An epoch of a bounded range begins, or goes on.
   *
   * @param samples that it holds, those trained before left out; 0 where nobody counted them
   */
  record EpochBegin(int epoch, long samples) implements Arrival {}

  /** The bounded range has been read to its end, for the n-th time. */
  record EpochEnd(int epoch) implements Arrival {}

  /** Nothing more comes. */
  record InputEnd() implements Arrival {}

  /** A record's samples. */
  record Samples(DecodedRecord record) implements Arrival {
    @Override
    public long bytes() {
      return record.bytes();
    }
  }
}
