package dev.tidemill.inference;

import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/** Writes answers with a producer and commits them. One thread at a time. */
interface AnswerSink extends AutoCloseable {
  /** Begins a commit, which {@link Commit#commit} or {@link Commit#abort} ends. */
  Commit begin();

  @Override
  void close();

  /** Answers that are committed together. One thread at a time. */
  interface Commit {
    /** Sends records without waiting for their acknowledgement. */
    void send(List<ProducerRecord<byte[], byte[]>> records);

    /**
     * Waits until all records are written and committed.
     *
     * @param offsets the next offset to read in each partition
     * @param group the group membership under which the requests were read
     * @return the offsets that the consumer still has to commit; empty if this call committed them
     */
    Map<TopicPartition, OffsetAndMetadata> commit(
        Map<TopicPartition, OffsetAndMetadata> offsets, ConsumerGroupMetadata group)
        throws InterruptedException;

    /** Abandons the commit. */
    void abort();
  }
}
