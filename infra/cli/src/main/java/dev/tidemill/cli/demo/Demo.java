package dev.tidemill.cli.demo;

import dev.tidemill.cli.output.Terminal;
import dev.tidemill.cli.run.Announced;
import dev.tidemill.cli.run.ModelContext;
import dev.tidemill.cli.run.Shutdown;
import dev.tidemill.inference.InferenceWorker;
import dev.tidemill.messaging.status.WorkerAnnouncer;
import dev.tidemill.producer.BatchProducer;
import dev.tidemill.producer.requests.AnswerSummary;
import dev.tidemill.producer.requests.PredictionClient;
import dev.tidemill.producer.source.IndexedSource;
import dev.tidemill.producer.source.SampleSource;
import dev.tidemill.producer.writing.ByteSampler;
import dev.tidemill.producer.writing.Continuation;
import dev.tidemill.runtime.Health;
import dev.tidemill.runtime.Metrics;
import dev.tidemill.runtime.MetricsServer;
import dev.tidemill.runtime.Worker;
import dev.tidemill.schemas.WorkerRole;
import dev.tidemill.trainer.TrainerWorker;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Runs the pipeline in one process. Sends the batches, trains on them while it serves requests, and
 * sends each test sample once to the last version.
 */
public final class Demo implements AutoCloseable {
  private static final long POLL_MS = 20;
  private static final long ORDER_SEED = 1;
  private static final String PROMPT = "the ";
  private static final int WRITTEN_BYTES = 160;
  private static final double TEMPERATURE = 0.5;
  private static final AnswerSummary NOTHING_ASKED =
      new AnswerSummary(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

  private final DemoPlan plan;
  private final ModelContext context;
  private final DemoSamples samples;
  private final Terminal terminal;
  private final Shutdown shutdown;
  private final Runnable requireBroker;
  private final DemoFigures figures;
  private final DemoWorkers workers;
  private final List<Worker> running = new CopyOnWriteArrayList<>();
  private final List<WorkerAnnouncer> announcers = new ArrayList<>();
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private volatile Supplier<AnswerSummary> asking = () -> NOTHING_ASKED;

  /**
   * Creates a demo; the topics must exist.
   *
   * @param requireBroker throws if the broker has failed
   */
  public Demo(
      DemoPlan plan,
      DemoSamples samples,
      ModelContext context,
      Metrics metrics,
      Terminal terminal,
      Shutdown shutdown,
      Runnable requireBroker) {
    this.plan = plan;
    this.context = context;
    this.samples = samples;
    this.terminal = terminal;
    this.shutdown = shutdown;
    this.requireBroker = requireBroker;
    this.figures = new DemoFigures(terminal::line);
    this.workers = new DemoWorkers(context, metrics, figures);
  }

  /**
   * Runs until training and all requests are done, or until shutdown is requested.
   *
   * @param metrics the endpoint that the workers announce
   * @return false if shutdown was requested first
   * @throws IllegalStateException if a worker failed, with its reason
   */
  public boolean run(Optional<MetricsServer> metrics) throws InterruptedException {
    try (DemoView view = new DemoView(terminal, figures, () -> asking.get())) {
      if (!sendBatches(metrics)) {
        return false;
      }
      view.start();
      InferenceWorker inference = workers.inference(plan);
      announce(
          inference,
          new Announced(
              WorkerRole.INFERENCE,
              () -> inference.servingVersion().orElse(0),
              inference::commitFigures),
          metrics);
      start(inference);
      TrainerWorker trainer = workers.trainer(plan);
      announce(
          trainer, new Announced(WorkerRole.TRAINER, trainer::committedVersion, Map::of), metrics);
      start(trainer);
      return trainWhileServing(trainer) && askLastVersion(inference) && generateText();
    }
  }

  /** The workers that are running or have failed. Any thread may call this. */
  public List<Worker> workers() {
    return running.stream().filter(worker -> !ended(worker)).toList();
  }

  /**
   * The prompt and the text that the last version generated; empty if it does not generate text.
   */
  public byte[] written() {
    return written.toByteArray();
  }

  /** Keeps sending requests to the last version until shutdown is requested. */
  public void serveUntilShutdown() throws InterruptedException {
    PredictionClient caller = endlessCaller(samples.test(), "live-");
    try (DemoView view = new DemoView(terminal, figures, caller::summary)) {
      view.start();
      boolean unused = waitUntil(() -> false);
    }
  }

  private boolean sendBatches(Optional<MetricsServer> metrics) throws InterruptedException {
    BatchProducer producer = workers.producer(samples.train());
    announce(producer, new Announced(WorkerRole.PRODUCER, () -> 0, Map::of), metrics);
    start(producer);
    if (!waitUntil(() -> ended(producer))) {
      return false;
    }
    terminal.line(
        "produce: "
            + producer.progress().samples()
            + " samples in "
            + producer.progress().records()
            + " records");
    return true;
  }

  private boolean trainWhileServing(TrainerWorker trainer) throws InterruptedException {
    if (!waitUntil(() -> figures.firstVersion().getCount() == 0 || ended(trainer))) {
      return false;
    }
    PredictionClient caller = endlessCaller(samples.requests().apply(figures::trained), "flow-");
    boolean done =
        waitUntil(() -> ended(trainer) && caller.summary().requests() >= plan.minRequests());
    caller.stopAsking();
    return done && waitUntil(() -> ended(caller));
  }

  private boolean askLastVersion(InferenceWorker inference) throws InterruptedException {
    OptionalLong last = figures.newestVersion();
    if (!waitUntil(() -> inference.servingVersion().equals(last))) {
      return false;
    }
    PredictionClient caller = caller(samples.test(), 0, DemoReport.TEST);
    return waitUntil(() -> ended(caller));
  }

  private boolean generateText() throws InterruptedException {
    if (plan.window() == 0) {
      return true;
    }
    Continuation text =
        new Continuation(
            PROMPT.getBytes(StandardCharsets.US_ASCII),
            plan.window(),
            WRITTEN_BYTES,
            new ByteSampler(TEMPERATURE, 1),
            (value, version) -> written.write(value));
    written.writeBytes(PROMPT.getBytes(StandardCharsets.US_ASCII));
    PredictionClient writer = started(workers.writer(text));
    asking = writer::summary;
    boolean done = waitUntil(() -> ended(writer));
    text.fault().ifPresent(fault -> terminal.line("demo: " + fault));
    return done;
  }

  /** Sends requests endlessly, in a new order each time. */
  private PredictionClient endlessCaller(IndexedSource samples, String idPrefix) {
    return caller(samples.repeatedlyShuffled(ORDER_SEED), plan.requestRate(), idPrefix);
  }

  private PredictionClient caller(SampleSource samples, double rate, String idPrefix) {
    PredictionClient caller = started(workers.caller(samples, rate, idPrefix));
    asking = caller::summary;
    return caller;
  }

  private void announce(Worker worker, Announced announced, Optional<MetricsServer> metrics) {
    announcers.add(announced.start(worker, context, metrics));
  }

  private <W extends Worker> W started(W worker) {
    start(worker);
    return worker;
  }

  private void start(Worker worker) {
    running.add(worker);
    worker.start();
  }

  private static boolean ended(Worker worker) {
    return worker.health().state() == Health.State.STOPPED;
  }

  /** Waits for a condition; returns false if shutdown is requested first. */
  private boolean waitUntil(BooleanSupplier condition) throws InterruptedException {
    while (!condition.getAsBoolean()) {
      requireBroker.run();
      running.forEach(DemoWorkers::requireHealthy);
      if (shutdown.await(POLL_MS)) {
        return false;
      }
    }
    return true;
  }

  /** Closes all workers in parallel, so that closing takes only as long as the slowest. */
  @Override
  public void close() {
    List<Thread> closers =
        running.stream()
            .map(worker -> new Thread(worker::close, "close-" + worker.name()))
            .toList();
    closers.forEach(Thread::start);
    try {
      for (Thread closer : closers) {
        closer.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      announcers.forEach(WorkerAnnouncer::close);
    }
  }
}
