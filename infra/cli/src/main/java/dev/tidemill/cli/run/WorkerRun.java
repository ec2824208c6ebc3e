package dev.tidemill.cli.run;

import dev.tidemill.cli.output.FaultMessage;
import dev.tidemill.messaging.status.WorkerAnnouncer;
import dev.tidemill.runtime.Health;
import dev.tidemill.runtime.Metrics;
import dev.tidemill.runtime.MetricsServer;
import dev.tidemill.runtime.Worker;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Runs a worker until it ends or until Ctrl-C, with its metrics endpoint if one is configured. */
public final class WorkerRun {
  /** For interrupting a worker that misses its close timeout, and reporting it. */
  private static final Duration INTERRUPTING = Duration.ofSeconds(5);

  private WorkerRun() {}

  /**
   * Starts a worker, waits for its end and closes it.
   *
   * @param announced what it announces of itself; empty for a caller
   * @return the exit status; if the worker failed, prints the reason on standard error
   */
  public static int run(
      Worker worker,
      Optional<Announced> announced,
      ModelContext context,
      Metrics metrics,
      PrintWriter err)
      throws InterruptedException {
    return runUntil(Shutdown.hook(), worker, announced, context, metrics, err);
  }

  /**
   * As {@link #run(Worker, Optional, ModelContext, Metrics, PrintWriter)}, for a worker that takes
   * long to close.
   *
   * @param closeTimeout the worker's close timeout
   */
  public static int run(
      Worker worker,
      Optional<Announced> announced,
      ModelContext context,
      Metrics metrics,
      PrintWriter err,
      Duration closeTimeout)
      throws InterruptedException {
    return runUntil(
        Shutdown.hook(closeTimeout.plus(INTERRUPTING)), worker, announced, context, metrics, err);
  }

  private static int runUntil(
      Shutdown signals,
      Worker worker,
      Optional<Announced> announced,
      ModelContext context,
      Metrics metrics,
      PrintWriter err)
      throws InterruptedException {
    try (Shutdown shutdown = signals) {
      Optional<MetricsServer> server =
          MetricsServer.start(context.settings(), metrics, List.of(worker));
      if (server.isPresent()) {
        context.clients().exportTo(metrics.worker(worker.name()));
      }
      Optional<WorkerAnnouncer> announcer = announced.map(of -> of.start(worker, context, server));
      try (worker;
          HealthLines lines = new HealthLines(worker, err)) {
        server.ifPresent(s -> err.println("metrics: port " + s.port()));
        worker.start();
        lines.start();
        Thread closer = closeWhenAsked(shutdown, worker);
        worker.awaitEnd();
        closer.interrupt();
      } finally {
        announcer.ifPresent(WorkerAnnouncer::close);
        server.ifPresent(MetricsServer::close);
      }
      return status(worker, err);
    }
  }

  private static Thread closeWhenAsked(Shutdown shutdown, Worker worker) {
    Thread closer =
        new Thread(
            () -> {
              try {
                shutdown.await();
                worker.close();
              } catch (InterruptedException e) {
                // The worker has ended by itself.
                Thread.currentThread().interrupt();
              }
            },
            "close-when-asked");
    closer.setDaemon(true);
    closer.start();
    return closer;
  }

  private static int status(Worker worker, PrintWriter err) {
    Health health = worker.health();
    if (health.isAlive()) {
      return ExitStatus.DONE;
    }
    Throwable cause = health.cause();
    if (cause != null && System.getenv("TIDEMILL_DEBUG") != null) {
      cause.printStackTrace(err);
    }
    err.println("tidemill: " + (cause == null ? health.detail() : FaultMessage.of(cause)));
    err.flush();
    return ExitStatus.FAILED;
  }
}
