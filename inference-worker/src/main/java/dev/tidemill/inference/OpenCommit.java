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

/** Rounds that are committed together. One thread at a time. */
final class OpenCommit {
  private static final Logger LOG = LoggerFactory.getLogger(OpenCommit.class);

  private final AnswerSink.Commit commit;
  private final List<List<AnswerReceipt>> told = new ArrayList<>();
  private final Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
  private ConsumerGroupMetadata group;
  private int requests;
  private long bytes;

  /** Begins it. */
  OpenCommit(AnswerSink sink, ConsumerGroupMetadata group) {
    this.group = group;
    this.commit = sink.begin();
  }

  /** Requests that are answered in it. */
  int requests() {
    return requests;
  }

  /** Of the answers and dead letters that were sent in it. */
  long bytes() {
    return bytes;
  }

  /** Sends a round's answers; its requests were read under this membership. */
  void send(DeliveryBatch round, ConsumerGroupMetadata membership) {
    commit.send(round.records());
    told.add(round.told());
    offsets.putAll(round.offsets());
    group = membership;
    requests += round.told().size();
    bytes += round.bytes();
  }

  /** Commits it, and returns the offsets that the consumer still has to commit. */
  Map<TopicPartition, OffsetAndMetadata> commit() throws InterruptedException {
    return commit.commit(offsets, group);
  }

  /** What its rounds tell, once they are committed. */
  List<List<AnswerReceipt>> told() {
    return told;
  }

  /** Gives it up, as far as that can be done: the producer's successor does it otherwise. */
  void abort() {
    try {
      commit.abort();
    } catch (InterruptException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.debug("a transaction could not be aborted", e);
    }
  }
}
