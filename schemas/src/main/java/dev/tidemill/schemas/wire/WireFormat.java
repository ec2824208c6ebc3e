package dev.tidemill.schemas.wire;

import org.apache.avro.specific.SpecificRecord;

/** How a record becomes the bytes of a Kafka record's value, and back. Any thread. */
public interface WireFormat {
  byte[] encode(String topic, SpecificRecord record);

  /**
   * Reads a record.
   *
   * @throws MalformedBytesException saying why the bytes are not such a record
   */
  <T extends SpecificRecord> T decode(String topic, byte[] bytes, Class<T> type);
}
