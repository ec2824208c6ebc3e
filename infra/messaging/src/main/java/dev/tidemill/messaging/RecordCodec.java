package dev.tidemill.messaging;

import dev.tidemill.schemas.wire.MalformedBytesException;
import dev.tidemill.schemas.wire.WireFormat;
import java.nio.ByteBuffer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/** Turns the protocol's records into Kafka's and back. Any thread. */
public final class RecordCodec {
  private final WireFormat format;

  public RecordCodec(WireFormat format) {
    this.format = format;
  }

  /** To the partition that the key's hash gives. */
  public ProducerRecord<byte[], byte[]> record(
      String topic, byte @Nullable [] key, SpecificRecord value) {
    return new ProducerRecord<>(topic, key, format.encode(topic, value));
  }

  /** To a certain partition: a topic whose order counts is written to partition 0 only. */
  public ProducerRecord<byte[], byte[]> record(
      String topic, int partition, byte @Nullable [] key, SpecificRecord value) {
    return new ProducerRecord<>(topic, partition, key, format.encode(topic, value));
  }

  /** With headers, as an answer carries its request's, and to a certain partition. */
  public ProducerRecord<byte[], byte[]> record(
      String topic,
      int partition,
      byte @Nullable [] key,
      SpecificRecord value,
      Iterable<Header> headers) {
    return new ProducerRecord<>(topic, partition, key, format.encode(topic, value), headers);
  }

  /** With headers. */
  public ProducerRecord<byte[], byte[]> record(
      String topic, byte @Nullable [] key, SpecificRecord value, Iterable<Header> headers) {
    return new ProducerRecord<>(topic, null, key, format.encode(topic, value), headers);
  }

  /**
   * Decodes a record's value.
   *
   * @throws MalformedRecordException saying where it stands and why it cannot be read
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
    }
  }
}
