package dev.tidemill.trainer;

import dev.tidemill.schemas.Topics;
import dev.tidemill.schemas.wire.RegistryUnavailableException;
import dev.tidemill.schemas.wire.SchemaRegistry;
import dev.tidemill.schemas.wire.SchemaRejectedException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A registry that answers each registration late, and that of one topic with a fault. */
final class CheckpointSchemas implements SchemaRegistry {
  /** What is wrong with the topic's subject. */
  enum Fault {
    REJECTED,
    UNAVAILABLE
  }

  private final String subject;
  private final Fault fault;
  private volatile boolean faulty = true;
  private final List<String> schemas = new ArrayList<>();

  CheckpointSchemas(Topics topics, Fault fault) {
    this(topics.checkpoints(), fault);
  }

  CheckpointSchemas(String topic, Fault fault) {
    this.subject = topic + "-value";
    this.fault = fault;
  }

  void repair() {
    faulty = false;
  }

  void fail() {
    faulty = true;
  }

  @Override
  public CompletableFuture<Integer> register(String subject, String schema) {
    return CompletableFuture.supplyAsync(() -> id(subject, schema));
  }

  private synchronized int id(String of, String schema) {
    if (faulty && of.equals(subject)) {
      throw switch (fault) {
        case REJECTED -> new SchemaRejectedException("a field of " + of + " was removed");
        case UNAVAILABLE -> new RegistryUnavailableException("the registry is down", null);
      };
    }
    schemas.add(schema);
    return schemas.size() - 1;
  }

  @Override
  public synchronized CompletableFuture<String> schema(int id) {
    return CompletableFuture.completedFuture(schemas.get(id));
  }
}
