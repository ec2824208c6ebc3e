package dev.tidemill.engine.dl4j.plan;

import dev.tidemill.engine.dl4j.natives.NativeLibraries;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * A team of threads, as in OpenMP, that repeatedly run work together with the calling thread. A run
 * allocates nothing.
 */
final class Team implements AutoCloseable {
  private final IntConsumer work;
  private final List<Thread> threads = new ArrayList<>();
  private final TurnCounter startedRounds = new TurnCounter();
  private final TurnCounter finishedRounds = new TurnCounter();
  // Written before a round starts and read during it; startedRounds orders the accesses.
  private int activeMembers;
  private boolean closing;

  /**
   * @param members number of threads, including the caller's, which is member 0
   * @param work work of a member; must not throw
   */
  Team(int members, IntConsumer work) {
    this.work = work;
    for (int member = 1; member < members; member++) {
      int number = member;
      Thread thread = new Thread(() -> serve(number), "tidemill-step-" + member);
      thread.setDaemon(true);
      threads.add(thread);
      thread.start();
    }
  }

  /**
   * Runs the work on some members and returns when all have finished. Not thread-safe.
   *
   * @param members number of members, including the caller
   */
  void run(int members) {
    if (members == 1 || threads.isEmpty()) {
      work.accept(0);
      return;
    }
    activeMembers = members;
    long all = finishedRounds.value() + threads.size();
    startedRounds.advance();
    work.accept(0);
    finishedRounds.await(all);
  }

  private void serve(int member) {
    NativeLibraries.limitThreads();
    for (long round = 1; ; round++) {
      startedRounds.await(round);
      if (closing) {
        return;
      }
      if (member < activeMembers) {
        work.accept(member);
      }
      finishedRounds.advance();
    }
  }

  /** Ends the threads. Do not call it during a run. */
  @Override
  public void close() {
    closing = true;
    startedRounds.advance();
    for (Thread thread : threads) {
      join(thread);
    }
    threads.clear();
  }

  private static void join(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
