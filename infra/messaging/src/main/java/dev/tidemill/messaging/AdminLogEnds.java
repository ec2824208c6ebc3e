package dev.tidemill.messaging;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeProducersOptions;
import org.apache.kafka.clients.admin.DescribeTransactionsOptions;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.ProducerState;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TransactionalIdNotFoundException;

/** Queries the brokers through an admin client that it opens and closes for each call. */
record AdminLogEnds(KafkaClients clients, String clientId) implements LogEnds {
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);

  @Override
  public String bootstrapServers() {
    return clients.bootstrapServers();
  }

  @Override
  public Map<TopicPartition, Long> ends(Collection<TopicPartition> partitions, Duration timeout) {
    Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
    partitions.forEach(partition -> latest.put(partition, OffsetSpec.latest()));
    // With READ_COMMITTED, the brokers would return the last stable offset instead.
    ListOffsetsOptions options =
        new ListOffsetsOptions(IsolationLevel.READ_UNCOMMITTED).timeoutMs(millis(timeout));
    Admin admin = clients.admin(clientId);
    try {
      Map<TopicPartition, Long> ends = new HashMap<>();
      KafkaResult.get(admin.listOffsets(latest, options).all())
          .forEach((partition, end) -> ends.put(partition, end.offset()));
      return ends;
    } finally {
      admin.close(CLOSE_TIMEOUT);
    }
  }

  @Override
  public List<OpenTransaction> firstOpen(Collection<TopicPartition> partitions, Duration timeout) {
    Admin admin = clients.admin(clientId);
    try {
      DescribeProducersOptions options = new DescribeProducersOptions().timeoutMs(millis(timeout));
      List<OpenTransaction> open = new ArrayList<>();
      KafkaResult.get(admin.describeProducers(partitions, options).all())
          .forEach(
              (partition, state) ->
                  state.activeProducers().stream()
                      .filter(producer -> producer.currentTransactionStartOffset().isPresent())
                      .min(Comparator.comparingLong(AdminLogEnds::startOffset))
                      .map(producer -> named(admin, partition, producer, timeout))
                      .ifPresent(open::add));
      return open;
    } finally {
      admin.close(CLOSE_TIMEOUT);
    }
  }

  private static OpenTransaction named(
      Admin admin, TopicPartition partition, ProducerState producer, Duration timeout) {
    OpenTransaction unnamed =
        new OpenTransaction(
            partition, startOffset(producer), producer.producerId(), null, null, null);
    ListTransactionsOptions options =
        new ListTransactionsOptions()
            .filterProducerIds(Set.of(producer.producerId()))
            .timeoutMs(millis(timeout));
    return KafkaResult.get(admin.listTransactions(options).all()).stream()
        .findFirst()
        .map(listed -> described(admin, unnamed, listed, timeout))
        .orElse(unnamed);
  }

  private static OpenTransaction described(
      Admin admin, OpenTransaction open, TransactionListing listed, Duration timeout) {
    String id = listed.transactionalId();
    DescribeTransactionsOptions options =
        new DescribeTransactionsOptions().timeoutMs(millis(timeout));
    try {
      TransactionDescription there =
          KafkaResult.get(admin.describeTransactions(List.of(id), options).description(id));
      OptionalLong since = there.transactionStartTimeMs();
      return new OpenTransaction(
          open.partition(),
          open.startOffset(),
          open.producerId(),
          id,
          since.isPresent() ? Instant.ofEpochMilli(since.getAsLong()) : null,
          Duration.ofMillis(there.transactionTimeoutMs()));
    } catch (TransactionalIdNotFoundException e) {
      // The transaction has ended since it was listed.
      return open;
    }
  }

  private static long startOffset(ProducerState producer) {
    return producer.currentTransactionStartOffset().orElse(Long.MAX_VALUE);
  }

  private static int millis(Duration timeout) {
    return (int) Math.min(timeout.toMillis(), Integer.MAX_VALUE);
  }
}
