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

/** Converts the protocol's records to Kafka records and back. Any thread. */
public final class RecordCodec {
  /** The name of the health condition. */
  private static final String REGISTRY = "schema registry";

  private final WireFormat format;

  public RecordCodec(WireFormat format) {
    this.format = format;
  }

  /**
   * Reports the schema registry's outages as a condition of a worker's health. Does nothing without
   * a registry.
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
   * Returns whether records of this type can be written to a topic, or are rejected, without
   * waiting for a schema registry. If not, asks the registry in the background. Never blocks. Once
   * they can be written, that stays so.
   */
  public boolean isWritable(String topic, Class<? extends SpecificRecord> type) {
    return format.isWritable(topic, SpecificData.get().getSchema(type));
  }

  /**
   * Returns why records of this type currently wait for a schema registry; empty if they do not.
   */
  Optional<String> whyWaiting(String topic, Class<? extends SpecificRecord> type) {
    return format.whyWaiting(topic, SpecificData.get().getSchema(type));
  }

  /**
   * Creates a record for the partition that the key's hash selects.
   *
   * @throws SchemaUnavailableException if the schema registry does not answer in time
   * @throws dev.tidemill.schemas.wire.SchemaRejectedException if the registry rejects the schema
   */
  public ProducerRecord<byte[], byte[]> record(
      String topic, byte @Nullable [] key, SpecificRecord value) {
    return new ProducerRecord<>(topic, key, encoded(topic, value));
  }

  /** Creates a record for a given partition; a topic whose order matters uses partition 0 only. */
  public ProducerRecord<byte[], byte[]> record(
      String topic, int partition, byte @Nullable [] key, SpecificRecord value) {
    return new ProducerRecord<>(topic, partition, key, encoded(topic, value));
  }

  /**
   * Creates a record for a given partition, with headers; a prediction carries its request's
   * headers.
   */
  public ProducerRecord<byte[], byte[]> record(
      String topic,
      int partition,
      byte @Nullable [] key,
      SpecificRecord value,
      Iterable<Header> headers) {
    return new ProducerRecord<>(topic, partition, key, encoded(topic, value), headers);
  }

  /** Creates a record with headers for the partition that the key's hash selects. */
  public ProducerRecord<byte[], byte[]> record(
      String topic, byte @Nullable [] key, SpecificRecord value, Iterable<Header> headers) {
    return new ProducerRecord<>(topic, null, key, encoded(topic, value), headers);
  }

  /**
   * Returns whether {@link #decode} would succeed without waiting for a schema registry. If not,
   * asks the registry in the background. Never blocks.
   */
  public boolean isReadable(ConsumerRecord<byte[], byte[]> record) {
    byte[] value = record.value();
    return value == null || format.isReadable(ByteBuffer.wrap(value));
  }

  /**
   * Decodes a record's value.
   *
   * @throws MalformedRecordException if the value is invalid; says where the record is and why
   * @throws SchemaUnavailableException if the schema registry does not answer in time
   */
  public <T extends SpecificRecord> T decode(ConsumerRecord<byte[], byte[]> record, Class<T> type) {
    byte[] value = record.value();
    return decode(record, value == null ? null : ByteBuffer.wrap(value), type);
  }

  /**
   * Decodes a value that is a view of the bytes that the client fetched. The decoded record's byte
   * fields are views of them, too.
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
          at, record.offset(), "no value; a " + type.getSimpleName() + " is required", null);
    }
    try {
      return format.decode(record.topic(), value, type);
    } catch (MalformedBytesException e) {
      throw new MalformedRecordException(at, record.offset(), String.valueOf(e.getMessage()), e);
    } catch (RegistryUnavailableException e) {
      throw new SchemaUnavailableException(
          at + " at offset " + record.offset() + " is waiting for its schema: " + e.getMessage(),
          e);
    }
  }

  private byte[] encoded(String topic, SpecificRecord value) {
    try {
      return format.encode(topic, value);
    } catch (RegistryUnavailableException e) {
      throw new SchemaUnavailableException(
          "a record for " + topic + " is waiting for its schema's id: " + e.getMessage(), e);
    }
  }
}
