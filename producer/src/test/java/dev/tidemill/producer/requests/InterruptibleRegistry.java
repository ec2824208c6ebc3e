package dev.tidemill.producer.requests;

import dev.tidemill.schemas.wire.RegistryUnavailableException;
import dev.tidemill.schemas.wire.SchemaRegistry;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** A client of an in-memory schema registry that tests can make unavailable. */
final class InterruptibleRegistry implements SchemaRegistry {
  private final List<String> schemas;
  private final AtomicInteger refused = new AtomicInteger();
  private volatile boolean down;

  /**
   * @param schemas shared by all clients; the id of a schema is its index
   */
  InterruptibleRegistry(List<String> schemas) {
    this.schemas = schemas;
  }

  List<String> schemas() {
    return schemas;
  }

  void goDown() {
    refused.set(0);
    down = true;
  }

  void comeBack() {
    down = false;
  }

  /** Number of requests since {@link #goDown}. */
  int refused() {
    return refused.get();
  }

  @Override
  public CompletableFuture<Integer> register(String subject, String schema) {
    return answer(
        () -> {
          synchronized (schemas) {
            if (!schemas.contains(schema)) {
              schemas.add(schema);
            }
            return schemas.indexOf(schema);
          }
        });
  }

  @Override
  public CompletableFuture<String> schema(int id) {
    return answer(() -> schemas.get(id));
  }

  private <T> CompletableFuture<T> answer(Supplier<T> answer) {
    if (down) {
      refused.incrementAndGet();
      return CompletableFuture.failedFuture(
          new RegistryUnavailableException("the registry is down", null));
    }
    return CompletableFuture.completedFuture(answer.get());
  }
}
