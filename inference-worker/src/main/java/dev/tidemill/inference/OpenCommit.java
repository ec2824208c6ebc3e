package dev.tidemill.inference;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Delivery batches that are committed together. One thread at a time. */
final class OpenCommit {
  private static final Logger LOG = LoggerFactory.getLogger(OpenCommit.class);

  private final AnswerSink.Commit commit;
  private final List<List<AnswerReceipt>> receipts = new ArrayList<>();
  private final Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
  private ConsumerGroupMetadata group;
  private int requests;
  private long bytes;

  /** Begins the commit. */
  OpenCommit(AnswerSink sink, ConsumerGroupMetadata group) {
    this.group = group;
    this.commit = sink.begin();
  }

  /** Returns the number of answered requests. */
  int requests() {
    return requests;
  }

  /** Returns the size of the answers and dead letters that were sent. */
  long bytes() {
    return bytes;
  }

  /**
   * Sends a batch's answers.
   *
   * @param membership the group membership under which the batch's requests were read
   */
  void send(DeliveryBatch batch, ConsumerGroupMetadata membership) {
    commit.send(batch.records());
    receipts.add(batch.receipts());
    offsets.putAll(batch.offsets());
    group = membership;
    requests += batch.receipts().size();
    bytes += batch.bytes();
  }

  /** Commits, and returns the offsets that the consumer still has to commit. */
  Map<TopicPartition, OffsetAndMetadata> commit() throws InterruptedException {
    return commit.commit(offsets, group);
  }

  /** Returns the receipts of each batch. */
  List<List<AnswerReceipt>> receipts() {
    return receipts;
  }

  /** Aborts if possible. Otherwise the producer's successor ends the transaction. */
  void abort() {
    try {
      commit.abort();
    } catch (InterruptException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.debug("could not abort a transaction", e);
    }
  }
}
