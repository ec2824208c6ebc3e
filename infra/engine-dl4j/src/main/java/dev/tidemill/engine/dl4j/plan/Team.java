package dev.tidemill.engine.dl4j.plan;

import dev.tidemill.engine.dl4j.natives.NativeLibraries;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * Threads that do a piece of work together with the thread that asks for it, again and again.
 * Nothing is allocated for it.
 */
final class Team implements AutoCloseable {
  private final IntConsumer work;
  private final List<Thread> threads = new ArrayList<>();
  private final TurnCounter begun = new TurnCounter();
  private final TurnCounter ended = new TurnCounter();
  // Written before a round begins, read after.
  private int working;
  private boolean closing;

  /**
   * @param members the caller's thread included, which is number 0
   * @param work for a member; throws nothing
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
   * Has members do their work and returns when all have. One caller at a time.
   *
   * @param members how many, the caller included
   */
  void run(int members) {
    if (members == 1 || threads.isEmpty()) {
      work.accept(0);
      return;
    }
    working = members;
    long all = ended.value() + threads.size();
    begun.advance();
    work.accept(0);
    ended.await(all);
  }

  private void serve(int member) {
    NativeLibraries.limitThreads();
    for (long round = 1; ; round++) {
      begun.await(round);
      if (closing) {
        return;
      }
      if (member < working) {
        work.accept(member);
      }
      ended.advance();
    }
  }

  /** Ends the threads. Not while they work. */
  @Override
  public void close() {
    closing = true;
    begun.advance();
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
