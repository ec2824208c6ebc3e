package dev.tidemill.messaging.status;

import dev.tidemill.runtime.Health;
import dev.tidemill.runtime.Worker;

/** A worker that only has a name and a health, which the test sets. */
final class ReportedWorker implements Worker {
  private final String name;
  private volatile Health health = Health.starting("waits for its topics");

  ReportedWorker(String name) {
    this.name = name;
  }

  void report(Health now) {
    health = now;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void start() {}

  @Override
  public Health health() {
    return health;
  }

  @Override
  public void awaitEnd() {}

  @Override
  public void close() {}
}
