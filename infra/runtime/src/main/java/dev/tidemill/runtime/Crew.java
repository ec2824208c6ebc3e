package dev.tidemill.runtime;

import java.time.Duration;
import java.util.List;

/**
 * A worker made of duties that live and die together: each on a thread of its own; one that ends
 * leaves the others working, one that fails stops them all.
 */
public final class Crew implements Worker {
  private final String name;
  private final List<DutyThread> threads;

  /**
   * @param duties in the order in which they are started, and waited for when closed
   */
  public Crew(String name, List<? extends Duty> duties) {
    this.name = name;
    this.threads = duties.stream().map(duty -> new DutyThread(duty, this::afterAnEnd)).toList();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void start() {
    threads.forEach(DutyThread::start);
  }

  /** The worst of its duties that have not just ended; stopped when all have. */
  @Override
  public Health health() {
    List<Health> all = threads.stream().map(DutyThread::health).toList();
    List<Health> notEnded =
        all.stream().filter(part -> part.state() != Health.State.STOPPED).toList();
    return notEnded.isEmpty() ? Health.stopped(name + " has ended") : Health.worst(notEnded);
  }

  @Override
  public void awaitEnd() throws InterruptedException {
    for (DutyThread thread : threads) {
      thread.awaitEnd();
    }
  }

  @Override
  public void close() {
    long deadline = System.nanoTime() + DutyThread.CLOSE_TIMEOUT.toNanos();
    threads.forEach(DutyThread::stop);
    for (DutyThread thread : threads) {
      thread.close(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
    }
  }

  private void afterAnEnd() {
    if (!health().isAlive()) {
      threads.forEach(DutyThread::stop);
    }
  }
}
