package dev.tidemill.chaos.process;

import dev.tidemill.chaos.schedule.Target;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A process of a run that is started again when it ends, as an orchestrator would do. Any thread.
 */
public final class Worker implements AutoCloseable {
  /** Between an end with an error and the next start. */
  private static final long REST_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Target target;
  private final Job job;
  private final Path log;
  private final List<String> unexpectedEnds = new ArrayList<>();
  private @Nullable ChildProcess process;
  private int starts;
  private boolean heldDown;
  private long notBeforeNanos = System.nanoTime();
  private boolean done;
  private boolean closed;

  /**
   * @param folder where its output is written
   */
  public Worker(Target target, Job job, Path folder) {
    this.target = target;
    this.job = job;
    this.log = folder.resolve(target + ".log");
  }

  public Target target() {
    return target;
  }

  /** Starts the process unless it runs, is held down, or the job is done. */
  public synchronized void start() {
    boolean rests = System.nanoTime() - notBeforeNanos < 0;
    if (process == null && !heldDown && !done && !closed && !rests) {
      process = ChildProcess.start(job.command(++starts), log);
    }
  }

  /** Looks whether the process has ended by itself, and starts it again. */
  public synchronized void check() {
    if (process != null && !process.isAlive()) {
      int status = process.status().orElseThrow();
      String lastWords = process.lastWords();
      release();
      done = job.ended(status);
      if (!done && status != 0) {
        unexpectedEnds.add(target + " ended with status " + status + ": " + lastWords);
        notBeforeNanos = System.nanoTime() + REST_NANOS;
      }
    }
    start();
  }

  /**
   * Kills the process and keeps it down until {@link #revive}.
   *
   * @return false if there was none
   */
  public synchronized boolean kill() throws InterruptedException {
    heldDown = true;
    if (process == null) {
      return false;
    }
    boolean killed = process.kill();
    if (killed) {
      job.killed(starts);
    }
    release();
    return killed;
  }

  /** Ends what {@link #kill} began. */
  public synchronized void revive() {
    heldDown = false;
    start();
  }

  /**
   * Sends a signal to the process.
   *
   * @return false if there is none
   */
  public synchronized boolean signal(String name) throws IOException, InterruptedException {
    return process != null && process.signal(name);
  }

  /** Whether the job has nothing left to do. */
  public synchronized boolean isDone() {
    return done;
  }

  /** Returns how often a process was started. */
  public synchronized int starts() {
    return starts;
  }

  /** Returns the ends that no fault of the schedule caused directly, with what each said. */
  public synchronized List<String> unexpectedEnds() {
    return List.copyOf(unexpectedEnds);
  }

  /** Asks the process to end (SIGTERM), kills it after the limit, and starts no other one. */
  public void end(Duration limit) throws IOException, InterruptedException {
    ChildProcess last;
    synchronized (this) {
      closed = true;
      last = process;
    }
    if (last != null) {
      boolean unused = last.signal("TERM");
      unused = last.awaitEnd(limit) || last.kill();
    }
    close();
  }

  @Override
  public synchronized void close() {
    closed = true;
    release();
  }

  private void release() {
    if (process != null) {
      process.close();
      process = null;
    }
  }
}
