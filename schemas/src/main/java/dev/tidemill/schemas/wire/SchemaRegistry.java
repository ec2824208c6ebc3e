package dev.tidemill.schemas.wire;

import java.util.concurrent.CompletableFuture;

/**
 * The two requests that {@link RegistryFormat} makes of a schema registry. Each call is one
 * attempt, does not block, and ends within a limit of its own; {@link RegistryFormat} retries. Any
 * thread.
 *
 * <p>A future fails with {@link RegistryUnavailableException} if the registry gives no usable
 * answer.
 */
public interface SchemaRegistry {
  /**
   * The id of a schema under a subject, which gets one now if it has none yet. Fails with {@link
   * SchemaRejectedException} if the registry does not accept the schema.
   *
   * @param schema an Avro schema as JSON
   */
  CompletableFuture<Integer> register(String subject, String schema);

  /**
   * The Avro schema with an id, as JSON. Fails with {@link MalformedBytesException} if the registry
   * knows no such id, or if that schema cannot be used: another type than Avro, or with references
   * to other schemas.
   */
  CompletableFuture<String> schema(int id);
}
