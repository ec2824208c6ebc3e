package dev.tidemill.trainer;

import org.apache.kafka.clients.consumer.ConsumerRecord;

/** What the reader hands to the training thread, in the order in which it was read. */
sealed interface Arrival {

  /** Bytes of Kafka's record that it keeps referenced. */
  default int bytes() {
    return 0;
  }

  /**
   * A record that cannot be trained, in its place among the others.
   *
   * @param reason one sentence that names what and where
   */
  record Refused(ConsumerRecord<byte[], byte[]> record, String reason) implements Arrival {
    @Override
    public int bytes() {
      return record.value() == null ? 0 : record.value().length;
    }
  }

  /** No record of the partition before this offset is left: what was there has been handed over. */
  record Passed(int partition, long offset) implements Arrival {}

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
    public int bytes() {
      return record.bytes();
    }
  }
}
