package dev.tidemill.schemas.wire;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;

/**
 * Encodes records as values of Kafka records, and decodes them. Any thread.
 *
 * <p>There are two frames for Avro's binary encoding. The first bytes distinguish them: {@code C3
 * 01} and a fingerprint ({@link SingleObjectFormat}), or {@code 00} and a registry's id ({@link
 * RegistryFormat}).
 */
public interface WireFormat {
  /**
   * Encodes a record with its frame. The array has exactly the length needed.
   *
   * @param topic the topic to send to; determines the registry's subject
   * @throws RegistryUnavailableException if a registry is needed and does not answer in time
   * @throws SchemaRejectedException if the registry rejects the record's schema
   */
  byte[] encode(String topic, SpecificRecord record);

  /**
   * Whether {@link #decode} can decode or reject these bytes without waiting for a registry. Never
   * blocks; asks the registry in the background if needed.
   *
   * @param bytes from position to limit; unchanged
   */
  default boolean isReadable(ByteBuffer bytes) {
    return true;
  }

  /**
   * Whether {@link #encode} can encode records of a schema, or fails with {@link
   * SchemaRejectedException}, without waiting for a registry. Never blocks; asks the registry in
   * the background if needed.
   */
  default boolean isWritable(String topic, Schema schema) {
    return whyWaiting(topic, schema).isEmpty();
  }

  /**
   * Why {@link #encode} would have to wait for a registry now; empty if it would not. Never blocks;
   * asks the registry in the background if needed.
   */
  default Optional<String> whyWaiting(String topic, Schema schema) {
    return Optional.empty();
  }

  /** Adds a listener for the registry's availability; without a registry it is never called. */
  default void addListener(RegistryListener listener) {}

  /**
   * Decodes a record written with any published version of its schema. Declared lengths are checked
   * against the remaining bytes, and the entries of maps and arrays are limited. So it allocates at
   * most a small multiple of the number of bytes.
   *
   * <p>The record's byte fields are read-only views of {@code bytes}, not copies. The caller must
   * not change the bytes afterwards.
   *
   * @param topic the topic that the bytes come from
   * @param bytes from position to limit, backed by an array; unchanged
   * @throws MalformedBytesException if the bytes are not exactly one record of the type; the
   *     message says why
   * @throws RegistryUnavailableException if a registry is needed and does not answer in time; the
   *     bytes may be valid
   */
  <T extends SpecificRecord> T decode(String topic, ByteBuffer bytes, Class<T> type);

  /** Decodes a whole array as {@link #decode(String, ByteBuffer, Class)} does. */
  default <T extends SpecificRecord> T decode(String topic, byte[] bytes, Class<T> type) {
    return decode(topic, ByteBuffer.wrap(bytes), type);
  }
}
