package dev.tidemill.cli.doctor;

import dev.tidemill.messaging.UnreachableBrokerException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs checks one after the other, each on a thread of its own with a deadline. Every check gets a
 * report: once no broker answers, that of the others is that they were not checked.
 */
public final class Examination {
  private static final long POLL_MS = 50;

  /** For deleting what a check has created. */
  private static final long CLEANUP_MS = 5_000;

  private final Duration deadline;
  private final BooleanSupplier cancelled;
  private final String howToGrant;
  private final Consumer<CheckReport> reports;
  private @Nullable String skipping;

  /**
   * @param deadline of each check
   * @param cancelled whether the user wants no further checks
   * @param howToGrant says how to grant the rights that the checks need
   * @param reports receives each report as soon as it is known
   */
  public Examination(
      Duration deadline,
      BooleanSupplier cancelled,
      String howToGrant,
      Consumer<CheckReport> reports) {
    this.deadline = deadline;
    this.cancelled = cancelled;
    this.howToGrant = howToGrant;
    this.reports = reports;
  }

  /** Runs the checks in order. */
  public void run(List<Check> checks) throws InterruptedException {
    for (Check check : checks) {
      List<Finding> findings =
          skipping == null ? findings(check) : List.of(Finding.notChecked(skipping, null));
      reports.accept(new CheckReport(check.name(), findings));
    }
  }

  private List<Finding> findings(Check check) throws InterruptedException {
    FutureTask<List<Finding>> task = new FutureTask<>(check::run);
    Thread thread = new Thread(task, "doctor-" + check.name());
    thread.setDaemon(true);
    thread.start();
    try {
      return await(task);
    } catch (ExecutionException e) {
      return List.of(failed(e.getCause()));
    } finally {
      if (!task.isDone()) {
        // Not task.cancel, after which nobody could wait for the check's end.
        thread.interrupt();
        thread.join(CLEANUP_MS);
      }
    }
  }

  private List<Finding> await(FutureTask<List<Finding>> task)
      throws InterruptedException, ExecutionException {
    long began = System.nanoTime();
    while (true) {
      try {
        return task.get(POLL_MS, TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        if (cancelled.getAsBoolean()) {
          skipping = "ended by a signal";
          return List.of(Finding.notChecked(skipping, null));
        }
        if (System.nanoTime() - began > deadline.toNanos()) {
          return List.of(late());
        }
      }
    }
  }

  private Finding late() {
    return Finding.error(
        "no result within " + deadline.toSeconds() + " s",
        "check the load of the brokers and of this machine");
  }

  private Finding failed(@Nullable Throwable cause) {
    if (cause instanceof UnreachableBrokerException) {
      skipping = "no broker answers";
    }
    return CheckFailure.finding(cause, howToGrant);
  }
}
