package dev.tidemill.schemas.wire;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/** An in-memory registry with one list of schemas; a schema's id is its position, from 1. */
final class ListedRegistry implements SchemaRegistry {
  final List<String> requests = new CopyOnWriteArrayList<>();
  final List<String> schemas = new CopyOnWriteArrayList<>();
  volatile boolean down;
  volatile boolean rejects;

  @Override
  public CompletableFuture<Integer> register(String subject, String schema) {
    requests.add("register " + subject);
    if (down) {
      return unavailable();
    }
    if (rejects) {
      return CompletableFuture.failedFuture(new SchemaRejectedException("a field was removed"));
    }
    if (!schemas.contains(schema)) {
      schemas.add(schema);
    }
    return CompletableFuture.completedFuture(schemas.indexOf(schema) + 1);
  }

  @Override
  public CompletableFuture<String> schema(int id) {
    requests.add("schema " + id);
    if (down) {
      return unavailable();
    }
    return id < 1 || id > schemas.size()
        ? CompletableFuture.failedFuture(new MalformedBytesException("no schema " + id))
        : CompletableFuture.completedFuture(schemas.get(id - 1));
  }

  private static <T> CompletableFuture<T> unavailable() {
    return CompletableFuture.failedFuture(
        new RegistryUnavailableException("the registry is down", null));
  }
}
