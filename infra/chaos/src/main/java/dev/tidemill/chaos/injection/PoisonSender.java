package dev.tidemill.chaos.injection;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Writes records that cannot be decoded. Any thread. */
final class PoisonSender implements AutoCloseable {
  private final AtomicInteger number = new AtomicInteger();
  private final KafkaProducer<byte[], byte[]> producer;

  PoisonSender(String bootstrapServers) {
    Map<String, Object> settings = new HashMap<>();
    settings.put("bootstrap.servers", bootstrapServers);
    settings.put("acks", "all");
    settings.put("request.timeout.ms", 5_000);
    settings.put("delivery.timeout.ms", 30_000);
    settings.put("max.block.ms", 30_000);
    producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /** Writes two records: one without the format's head, and one whose contents are cut off. */
  Effect send(String topic) throws InterruptedException {
    int n = number.incrementAndGet();
    byte[] key = ("poison-" + n).getBytes(UTF_8);
    try {
      RecordMetadata first =
          producer.send(new ProducerRecord<>(topic, key, ("no record " + n).getBytes(UTF_8))).get();
      byte[] torn = {(byte) 0xC3, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9};
      RecordMetadata second = producer.send(new ProducerRecord<>(topic, key, torn)).get();
      return Effect.of(
          true, "at " + first.partition() + "@" + first.offset() + " and @" + second.offset());
    } catch (ExecutionException e) {
      return Effect.of(false, "the brokers did not take it: " + e.getCause());
    }
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(1));
  }
}
