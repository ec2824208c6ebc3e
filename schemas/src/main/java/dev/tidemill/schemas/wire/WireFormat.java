package dev.tidemill.schemas.wire;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;

/**
 * How a record becomes the bytes of a Kafka record's value, and back. Any thread.
 *
 * <p>Two framings stand before Avro's binary encoding, and a reader tells them apart by the first
 * bytes: {@code C3 01} and a fingerprint ({@link SingleObjectFormat}), {@code 00} and a registry's
 * id ({@link RegistryFormat}).
 */
public interface WireFormat {
  /**
   * The framed bytes of a record, exactly as long as they need to be.
   *
   * @param topic where they are to be sent; a registry keeps its subjects by it
   * @throws RegistryUnavailableException if a registry had to be asked and gave no answer in time
   * @throws SchemaRejectedException if a registry does not accept the record's schema
   */
  byte[] encode(String topic, SpecificRecord record);

  /**
   * Whether {@link #decode} can judge these bytes without waiting for a registry. Never blocks;
   * where a registry has to be asked, it is asked in the background.
   *
   * @param bytes from position to limit; unchanged
   */
  default boolean isReadable(ByteBuffer bytes) {
    return true;
  }

  /**
   * Whether {@link #encode} can write such a record without waiting for a registry. Never blocks;
   * where a registry has to be asked, it is asked in the background.
   */
  default boolean isWritable(String topic, Schema schema) {
    return whyWaiting(topic, schema).isEmpty();
  }

  /**
   * Why {@link #encode} would wait for a registry now; empty if it would not. Never blocks; the
   * registry is asked in the background.
   */
  default Optional<String> whyWaiting(String topic, Schema schema) {
    return Optional.empty();
  }

  /** Adds a listener to the state of the registry; without a registry it hears nothing. */
  default void addListener(RegistryListener listener) {}

  /**
   * Reads a record that any published version of its schema wrote. No declared length is believed
   * before it is held against the bytes that are left, and a record may have only so many entries
   * in its maps and arrays. So what is allocated stays within a small multiple of the bytes'
   * number.
   *
   * <p>The record's byte fields are read-only views of {@code bytes}: they cost no copy, and the
   * caller must not change them afterwards.
   *
   * @param topic where they were read, for the message of an error
   * @param bytes from position to limit, in an array; unchanged
   * @throws MalformedBytesException saying why the bytes are not such a record, and no more than
   *     one record
   * @throws RegistryUnavailableException if a registry had to be asked and gave no answer in time;
   *     the bytes may be fine
   */
  <T extends SpecificRecord> T decode(String topic, ByteBuffer bytes, Class<T> type);

  /** As {@link #decode(String, ByteBuffer, Class)}, of a whole array. */
  default <T extends SpecificRecord> T decode(String topic, byte[] bytes, Class<T> type) {
    return decode(topic, ByteBuffer.wrap(bytes), type);
  }
}
