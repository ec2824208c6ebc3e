package dev.tidemill.inference;

import dev.tidemill.messaging.Transactions;
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

/** Rounds that one transaction will commit. One thread at a time. */
final class OpenTransaction {
  private static final Logger LOG = LoggerFactory.getLogger(OpenTransaction.class);

  private final Transactions producer;
  private final List<List<Told>> told = new ArrayList<>();
  private final Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
  private ConsumerGroupMetadata group;
  private int requests;
  private long bytes;

  /** Begins it. */
  OpenTransaction(Transactions producer, ConsumerGroupMetadata group) {
    this.producer = producer;
    this.group = group;
    producer.begin();
  }

  Transactions producer() {
    return producer;
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
  void send(Round round, ConsumerGroupMetadata membership) {
    producer.send(round.records());
    told.add(round.told());
    offsets.putAll(round.offsets());
    group = membership;
    requests += round.told().size();
    bytes += round.bytes();
  }

  /** Returns what the rounds tell that are committed now. */
  List<List<Told>> commit() {
    producer.commit(offsets, group);
    return told;
  }

  /** Gives it up, as far as that can be done: the producer's successor does it otherwise. */
  void abort() {
    try {
      producer.abort();
    } catch (InterruptException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.debug("a transaction could not be aborted", e);
    }
  }
}
