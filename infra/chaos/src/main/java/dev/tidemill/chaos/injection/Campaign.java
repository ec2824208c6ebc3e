package dev.tidemill.chaos.injection;

import dev.tidemill.chaos.schedule.PlannedFault;
import dev.tidemill.chaos.schedule.Schedule;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** Runs the faults of a schedule at their times, several at once. */
public final class Campaign {
  private static final int THREADS = 8;

  /** How often a fault is tried that may find nothing to harm, such as a commit. */
  private static final int ATTEMPTS = 3;

  private static final int RETRIES = 20;
  private static final long RETRY_MILLIS = 500;

  private final FaultInjector injector;
  private final LongSupplier clock;
  private final Consumer<InjectedFault> listener;

  /**
   * @param clock milliseconds since the schedule began
   * @param listener receives each fault when it has ended; on several threads
   */
  public Campaign(FaultInjector injector, LongSupplier clock, Consumer<InjectedFault> listener) {
    this.injector = injector;
    this.clock = clock;
    this.listener = listener;
  }

  /** Runs all faults; returns when the last one has ended. */
  public List<InjectedFault> run(Schedule schedule) throws InterruptedException {
    ScheduledExecutorService threads = new ScheduledThreadPoolExecutor(THREADS);
    try {
      List<Future<InjectedFault>> running = new ArrayList<>();
      for (PlannedFault fault : schedule.faults()) {
        long wait = Math.max(0, fault.startMillis() - clock.getAsLong());
        running.add(threads.schedule(() -> inject(fault), wait, TimeUnit.MILLISECONDS));
      }
      List<InjectedFault> injected = new ArrayList<>();
      for (Future<InjectedFault> each : running) {
        injected.add(get(each));
      }
      injected.sort(Comparator.comparingInt(each -> each.planned().number()));
      return List.copyOf(injected);
    } finally {
      threads.shutdownNow();
    }
  }

  private InjectedFault inject(PlannedFault fault) throws InterruptedException {
    InjectedFault injected = once(fault);
    for (int attempt = 1; attempt < ATTEMPTS && !injected.effect().happened(); attempt++) {
      injected = once(fault);
    }
    listener.accept(injected);
    return injected;
  }

  private InjectedFault once(PlannedFault fault) throws InterruptedException {
    long began = clock.getAsLong();
    Effect effect = attempt(() -> injector.begin(fault));
    // The target may be starting.
    for (int retry = 0; retry < RETRIES && !effect.happened(); retry++) {
      Thread.sleep(RETRY_MILLIS);
      began = clock.getAsLong();
      effect = attempt(() -> injector.begin(fault));
    }
    long left = began + fault.lastsMillis() - clock.getAsLong();
    Thread.sleep(Math.max(0, left));
    Effect soFar = effect;
    Effect whole = attempt(() -> injector.end(fault, soFar));
    return new InjectedFault(fault, began, clock.getAsLong(), whole);
  }

  private interface Step {
    Effect run() throws Exception;
  }

  private static Effect attempt(Step step) throws InterruptedException {
    try {
      return step.run();
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      Throwable cause = e instanceof ExecutionException && e.getCause() != null ? e.getCause() : e;
      return Effect.of(false, "failed: " + cause);
    }
  }

  private static InjectedFault get(Future<InjectedFault> future) throws InterruptedException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("a fault could not be injected", e.getCause());
    }
  }
}
