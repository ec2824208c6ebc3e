package dev.tidemill.checkpoints;

import dev.tidemill.messaging.KafkaClients;
import dev.tidemill.testbed.UniqueName;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Another producer's transaction on a topic, open until it is closed. */
final class ForeignWriter implements AutoCloseable {
  final String transactionalId = UniqueName.of("somebody-else");
  private final Producer<byte[], byte[]> producer;

  ForeignWriter(KafkaClients clients, String topic, int partition) {
    producer = clients.transactionalProducer("foreign", transactionalId);
    producer.initTransactions();
    producer.beginTransaction();
    var unused = producer.send(new ProducerRecord<>(topic, partition, new byte[] {'x'}, null));
    producer.flush();
  }

  void end() {
    producer.abortTransaction();
  }

  @Override
  public void close() {
    producer.close();
  }
}
