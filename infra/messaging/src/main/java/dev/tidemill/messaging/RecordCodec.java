package dev.tidemill.messaging;

import dev.tidemill.runtime.HealthMonitor;
import dev.tidemill.schemas.wire.MalformedBytesException;
import dev.tidemill.schemas.wire.RegistryListener;
import dev.tidemill.schemas.wire.RegistryUnavailableException;
import dev.tidemill.schemas.wire.WireFormat;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/** Turns the protocol's records into Kafka's and back. Any thread. */
public final class RecordCodec {
  /** The health condition's name. */
  private static final String REGISTRY = "schema registry";

  private final WireFormat format;

  public RecordCodec(WireFormat format) {
    this.format = format;
  }

  /**
   * Reports the schema registry's outages as a condition of a worker's health. Where there is no
   * registry, there is nothing to report.
   */
  public void reportTo(HealthMonitor monitor) {
    format.addListener(
        new RegistryListener() {
          @Override
          public void unavailable(String why) {
            monitor.degrade(REGISTRY, why);
          }

          @Override
          public void available() {
            monitor.recover(REGISTRY);
          }
        });
  }

  /**
   * Whether records of this kind can be made for a topic without waiting for a schema registry,
   * which is asked in the background if need be. Never blocks. Once it is true, it stays so.
   */
  public boolean isWritable(String topic, Class<? extends SpecificRecord> type) {
    return format.isWritable(topic, SpecificData.get().getSchema(type));
  }

  /** Why records of this kind wait for a schema registry now; empty if they do not. */
  Optional<String> whyWaiting(String topic, Class<? extends SpecificRecord> type) {
    return format.whyWaiting(topic, SpecificData.get().getSchema(type));
  }

  /**
   * A record for the partition that the key's hash gives.
   *
   * @throws SchemaUnavailableException if the schema registry gave no answer in time
   * @throws dev.tidemill.schemas.wire.SchemaRejectedException if it does not accept the schema
   */
  public ProducerRecord<byte[], byte[]> record(
      String topic, byte @Nullable [] key, SpecificRecord value) {
    return new ProducerRecord<>(topic, key, encoded(topic, value));
  }

  /** To a certain partition: a topic whose order counts is written to partition 0 only. */
  public ProducerRecord<byte[], byte[]> record(
      String topic, int partition, byte @Nullable [] key, SpecificRecord value) {
    return new ProducerRecord<>(topic, partition, key, encoded(topic, value));
  }

  /** With headers, as an answer carries its request's, and to a certain partition. */
  public ProducerRecord<byte[], byte[]> record(
      String topic,
      int partition,
      byte @Nullable [] key,
      SpecificRecord value,
      Iterable<Header> headers) {
    return new ProducerRecord<>(topic, partition, key, encoded(topic, value), headers);
  }

  /** With headers. */
  public ProducerRecord<byte[], byte[]> record(
      String topic, byte @Nullable [] key, SpecificRecord value, Iterable<Header> headers) {
    return new ProducerRecord<>(topic, null, key, encoded(topic, value), headers);
  }

  /**
   * Whether {@link #decode} would answer without waiting for a schema registry, which is asked in
   * the background if need be. Never blocks.
   */
  public boolean isReadable(ConsumerRecord<byte[], byte[]> record) {
    byte[] value = record.value();
    return value == null || format.isReadable(ByteBuffer.wrap(value));
  }

  /**
   * Decodes a record's value.
   *
   * @throws MalformedRecordException saying where it stands and why it cannot be read
   * @throws SchemaUnavailableException if the schema registry gave no answer about it in time
   */
  public <T extends SpecificRecord> T decode(ConsumerRecord<byte[], byte[]> record, Class<T> type) {
    byte[] value = record.value();
    return decode(record, value == null ? null : ByteBuffer.wrap(value), type);
  }

  /**
   * As {@link #decode}, of a value that is a view of what the client fetched; the record's byte
   * fields are views of it, too.
   */
  public <T extends SpecificRecord> T decodeView(
      ConsumerRecord<byte[], ByteBuffer> record, Class<T> type) {
    return decode(record, record.value(), type);
  }

  private <T extends SpecificRecord> T decode(
      ConsumerRecord<?, ?> record, @Nullable ByteBuffer value, Class<T> type) {
    TopicPartition at = new TopicPartition(record.topic(), record.partition());
    if (value == null) {
      throw new MalformedRecordException(
          at, record.offset(), "no value where a " + type.getSimpleName() + " is due", null);
    }
    try {
      return format.decode(record.topic(), value, type);
    } catch (MalformedBytesException e) {
      throw new MalformedRecordException(at, record.offset(), String.valueOf(e.getMessage()), e);
    } catch (RegistryUnavailableException e) {
      throw new SchemaUnavailableException(
          at + " at offset " + record.offset() + " waits for its schema: " + e.getMessage(), e);
    }
  }

  private byte[] encoded(String topic, SpecificRecord value) {
    try {
      return format.encode(topic, value);
    } catch (RegistryUnavailableException e) {
      throw new SchemaUnavailableException(
          "a record for " + topic + " waits for its schema's id: " + e.getMessage(), e);
    }
  }
}
