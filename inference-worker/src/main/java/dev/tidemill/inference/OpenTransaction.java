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
  private final List<Round> rounds = new ArrayList<>();
  private final Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
  private ConsumerGroupMetadata group;
  private int requests;

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

  /** Sends a round's answers; its requests were read under this membership. */
  void send(Round round, ConsumerGroupMetadata membership) {
    producer.send(round.records());
    rounds.add(round);
    offsets.putAll(round.offsets());
    group = membership;
    requests += round.outcomes().size();
  }

  /** Returns the rounds that are committed now. */
  List<Round> commit() {
    producer.commit(offsets, group);
    return rounds;
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
