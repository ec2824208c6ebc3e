package dev.tidemill.inference;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/** Answers first, offsets after them: a crash in between answers again. */
final class AtLeastOnceDelivery implements Delivery {
  private final Producer<byte[], byte[]> producer;

  /**
   * With a plain producer.
   *
   * @param producer owned from here on
   */
  AtLeastOnceDelivery(Producer<byte[], byte[]> producer) {
    this.producer = producer;
  }

  @Override
  public void restart() {
    producer.flush();
  }

  @Override
  public void deliver(
      List<ProducerRecord<byte[], byte[]>> answers,
      Map<TopicPartition, OffsetAndMetadata> offsets,
      Consumer<byte[], byte[]> consumer)
      throws InterruptedException {
    List<Future<RecordMetadata>> sent = new ArrayList<>(answers.size());
    for (ProducerRecord<byte[], byte[]> answer : answers) {
      sent.add(producer.send(answer));
    }
    producer.flush();
    for (Future<RecordMetadata> one : sent) {
      acknowledged(one);
    }
    consumer.commitSync(offsets);
  }

  private static void acknowledged(Future<RecordMetadata> sent) throws InterruptedException {
    try {
      sent.get();
    } catch (ExecutionException e) {
      throw new KafkaException("an answer was not written", e.getCause());
    }
  }

  @Override
  public void close() {
    producer.close();
  }
}
