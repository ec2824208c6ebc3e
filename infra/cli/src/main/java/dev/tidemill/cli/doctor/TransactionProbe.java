package dev.tidemill.cli.doctor;

import dev.tidemill.cli.rights.PrincipalRole;
import dev.tidemill.messaging.CommittedLog;
import dev.tidemill.messaging.KafkaClients;
import dev.tidemill.messaging.KafkaResult;
import dev.tidemill.messaging.Transactions;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;

/** Commits one transaction and aborts another, and reads what a committed reader sees of both. */
final class TransactionProbe {
  private static final String COMMITTED = "committed";
  private static final String ABORTED = "aborted";

  private final KafkaClients clients;
  private final String clientId;
  private final String transactionalId;
  private final TopicPartition partition;

  TransactionProbe(ClusterAccess cluster, String topic) {
    String model = cluster.context().model();
    this.clients = cluster.context().clients();
    this.clientId = cluster.clientId();
    // Unique, because two doctors at once must not fence each other.
    this.transactionalId = PrincipalRole.probeTransactionalIds(model) + "-" + UUID.randomUUID();
    this.partition = new TopicPartition(topic, 0);
  }

  List<Finding> run() throws Exception {
    long began = System.nanoTime();
    write();
    List<String> seen = seen();
    long millis = (System.nanoTime() - began) / 1_000_000;
    return List.of(
        seen.equals(List.of(COMMITTED))
            ? Finding.ok(
                "a probe's committed record was read, its aborted one was not (%d ms)"
                    .formatted(millis))
            : Finding.error(
                "a committed reader saw " + seen + " of a probe, must be [" + COMMITTED + "]",
                "check the brokers' logs: their transactions are not atomic"));
  }

  private void write() throws Exception {
    try (Transactions transactions =
        new Transactions(
            clients.transactionalProducer(clientId, transactionalId), transactionalId, "doctor")) {
      RecordMetadata unused =
          transactions.run(producer -> KafkaResult.get(producer.send(record(COMMITTED))));
      transactions.begin();
      RecordMetadata unusedToo = KafkaResult.get(transactions.send(record(ABORTED)));
      transactions.abort();
    }
  }

  private ProducerRecord<byte[], byte[]> record(String text) {
    return new ProducerRecord<>(
        partition.topic(), partition.partition(), null, text.getBytes(StandardCharsets.UTF_8));
  }

  private List<String> seen() {
    List<String> seen = new ArrayList<>();
    CommittedLog log = CommittedLog.of(clients, clientId);
    try (Consumer<byte[], byte[]> consumer = clients.assignedConsumer(clientId)) {
      consumer.assign(List.of(partition));
      consumer.seek(partition, 0);
      log.readToEnd(
          consumer,
          log.ends(List.of(partition)),
          record -> seen.add(new String(record.value(), StandardCharsets.UTF_8)));
    }
    return seen;
  }
}
