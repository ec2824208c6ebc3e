package dev.tidemill.inference;

import dev.tidemill.messaging.Transactions;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Exactly once: commits answers and offsets in one transaction. {@link PipelinedDelivery} explains
 * the order of commits.
 */
final class TransactionalSink implements AnswerSink, AnswerSink.Commit {
  private final Transactions transactions;

  /** Takes ownership of the transactions. */
  TransactionalSink(Transactions transactions) {
    this.transactions = transactions;
  }

  @Override
  public Commit begin() {
    transactions.begin();
    return this;
  }

  @Override
  public void send(List<ProducerRecord<byte[], byte[]>> records) {
    transactions.send(records);
  }

  @Override
  public Map<TopicPartition, OffsetAndMetadata> commit(
      Map<TopicPartition, OffsetAndMetadata> offsets, ConsumerGroupMetadata group) {
    transactions.commit(offsets, group);
    return Map.of();
  }

  @Override
  public void abort() {
    transactions.abort();
  }

  @Override
  public void close() {
    transactions.close();
  }
}
