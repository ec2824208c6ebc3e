package dev.tidemill.messaging;

import dev.tidemill.schemas.wire.RegistryUnavailableException;
import dev.tidemill.schemas.wire.SchemaRegistry;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/** A registry with one list of schemas that can be made unavailable. */
final class ScriptedRegistry implements SchemaRegistry {
  volatile boolean down;
  private final List<String> schemas = new CopyOnWriteArrayList<>();

  @Override
  public CompletableFuture<Integer> register(String subject, String schema) {
    schemas.add(schema);
    return down ? unavailable() : CompletableFuture.completedFuture(schemas.size() - 1);
  }

  @Override
  public CompletableFuture<String> schema(int id) {
    return down ? unavailable() : CompletableFuture.completedFuture(schemas.get(id));
  }

  private static <T> CompletableFuture<T> unavailable() {
    return CompletableFuture.failedFuture(new RegistryUnavailableException("down", null));
  }
}
