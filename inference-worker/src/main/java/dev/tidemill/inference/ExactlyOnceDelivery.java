package dev.tidemill.inference;

import dev.tidemill.messaging.Transactions;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Answers and offsets in one transaction: a request's answer and its being answered are one. */
final class ExactlyOnceDelivery implements Delivery {
  private final Supplier<Transactions> begin;
  private @Nullable Transactions transactions;

  /**
   * Begins nothing yet.
   *
   * @param begin fences what an earlier producer of this worker left open
   */
  ExactlyOnceDelivery(Supplier<Transactions> begin) {
    this.begin = begin;
  }

  @Override
  public void restart() {
    close();
    transactions = begin.get();
  }

  @Override
  @SuppressWarnings("FutureReturnValueIgnored") // A send that fails makes the commit fail.
  public void deliver(
      List<ProducerRecord<byte[], byte[]>> answers,
      Map<TopicPartition, OffsetAndMetadata> offsets,
      Consumer<byte[], byte[]> consumer)
      throws Exception {
    Transactions running = transactions;
    if (running == null) {
      throw new IllegalStateException("not started");
    }
    running.run(
        producer -> {
          answers.forEach(producer::send);
          producer.sendOffsetsToTransaction(offsets, consumer.groupMetadata());
          return offsets;
        });
  }

  @Override
  public void close() {
    Transactions running = transactions;
    transactions = null;
    if (running != null) {
      running.close();
    }
  }
}
