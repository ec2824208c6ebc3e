package dev.tidemill.schemas.wire;

import java.util.concurrent.CompletableFuture;

/**
 * The two operations of a schema registry that {@link RegistryFormat} needs. Each call is one
 * attempt, does not block, and has its own timeout; {@link RegistryFormat} retries. Any thread.
 *
 * <p>A future fails with {@link RegistryUnavailableException} if the registry gives no usable
 * answer.
 */
public interface SchemaRegistry {
  /**
   * Registers a schema under a subject, if necessary, and returns its id. Fails with {@link
   * SchemaRejectedException} if the registry rejects the schema.
   *
   * @param schema an Avro schema as JSON
   */
  CompletableFuture<Integer> register(String subject, String schema);

  /**
   * Returns the Avro schema with an id, as JSON. Fails with {@link MalformedBytesException} if the
   * registry does not know the id, or if the schema is unusable: not Avro, or with references to
   * other schemas.
   */
  CompletableFuture<String> schema(int id);
}
