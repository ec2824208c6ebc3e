package dev.tidemill.inference;

import dev.tidemill.schemas.wire.SchemaRegistry;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A registry in memory that answers about one id only when the test lets it. */
final class SlowRegistry implements SchemaRegistry {
  private static final int SLOW_ID = 100;

  final CompletableFuture<String> slowAnswer = new CompletableFuture<>();
  private final List<String> schemas = new ArrayList<>();

  /** Replaces the id in a record's frame. */
  static byte[] withSlowId(byte[] framed) {
    return ByteBuffer.wrap(framed.clone()).putInt(1, SLOW_ID).array();
  }

  @Override
  public synchronized CompletableFuture<Integer> register(String subject, String schema) {
    schemas.add(schema);
    return CompletableFuture.completedFuture(schemas.size());
  }

  @Override
  public synchronized CompletableFuture<String> schema(int id) {
    return id == SLOW_ID ? slowAnswer : CompletableFuture.completedFuture(schemas.get(id - 1));
  }
}
