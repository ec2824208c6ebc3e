package dev.tidemill.inference;

import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/** Brings answers to the log, and the requests' offsets with or after them. One thread. */
interface Delivery extends AutoCloseable {

  /** Begins, or begins anew after a failure: what was not committed is given up. */
  void restart();

  /**
   * Returns when answers and offsets are committed.
   *
   * @param offsets where each partition is read on
   * @param consumer whose offsets they are
   * @throws Exception whatever kept them from it; the owner restarts
   */
  void deliver(
      List<ProducerRecord<byte[], byte[]>> answers,
      Map<TopicPartition, OffsetAndMetadata> offsets,
      Consumer<byte[], byte[]> consumer)
      throws Exception;

  @Override
  void close();
}
