package dev.tidemill.inference;

import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/** Where answers go: a producer with its kind of commit. One thread at a time. */
interface AnswerSink extends AutoCloseable {
  /** Begins what one {@link Commit#commit} will end. */
  Commit begin();

  @Override
  void close();

  /** Answers that are committed together. One thread at a time. */
  interface Commit {
    /** Sends records, and returns while they are on their way. */
    void send(List<ProducerRecord<byte[], byte[]>> records);

    /**
     * Returns once all records are written and committed.
     *
     * @param offsets where each partition is read on
     * @param group the membership under which the requests were read
     * @return the offsets that the consumer still has to commit; none if they were committed here
     */
    Map<TopicPartition, OffsetAndMetadata> commit(
        Map<TopicPartition, OffsetAndMetadata> offsets, ConsumerGroupMetadata group)
        throws InterruptedException;

    /** Gives up what was begun. */
    void abort();
  }
}
