package dev.tidemill.trainer;

import dev.tidemill.engine.Engine;
import dev.tidemill.engine.ModelSpec;
import dev.tidemill.runtime.Health;
import dev.tidemill.runtime.Metrics;
import dev.tidemill.runtime.MetricsServer;
import dev.tidemill.runtime.Settings;
import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.schemas.TrainingProgress;
import dev.tidemill.testbed.Eventually;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;

/** A trainer in this JVM that records its callbacks. */
final class TestTrainer implements TrainerListener, AutoCloseable {
  /** Short intervals, because tests wait for them. */
  static final TrainerTiming TIMING =
      new TrainerTiming(
          Duration.ofMillis(200),
          Duration.ofMillis(500),
          Duration.ofSeconds(5),
          Duration.ofSeconds(1));

  final List<EpochSummary> epochs = new CopyOnWriteArrayList<>();
  final List<ClassSummary> ends = new CopyOnWriteArrayList<>();
  final List<Checkpoint> checkpoints = new CopyOnWriteArrayList<>();
  final List<String> notices = new CopyOnWriteArrayList<>();
  final List<TrainingProgress> progress = new CopyOnWriteArrayList<>();
  final Metrics metrics = new Metrics("m");
  final TrainerWorker worker;

  private final TrainerListener also;

  private TestTrainer(
      ModelTopics on,
      TrainerJob job,
      TrainerListener also,
      TrainerTiming timing,
      Settings settings) {
    this.also = also;
    worker =
        new TrainerWorker(
            TrainerSettings.from(on.model, settings),
            timing,
            on.clients,
            on.topics,
            on.codec,
            job,
            metrics,
            this);
    worker.start();
  }

  /** Starts a trainer; settings are key, value, key, value. */
  static TestTrainer start(ModelTopics on, String... settings) {
    return start(on, LinearEngine.spec(), new LinearEngine(), settings);
  }

  static TestTrainer start(ModelTopics on, ModelSpec spec, Engine engine, String... settings) {
    return start(on, spec, engine, Optional.empty(), NONE, settings);
  }

  static TestTrainer start(
      ModelTopics on, ModelSpec spec, Engine engine, TrainerListener also, String... settings) {
    return start(on, spec, engine, Optional.empty(), also, settings);
  }

  static TestTrainer start(
      ModelTopics on,
      ModelSpec spec,
      Engine engine,
      Optional<Path> init,
      TrainerListener also,
      String... settings) {
    return start(on, spec, engine, init, also, TIMING, settings);
  }

  /** Starts a trainer whose spec follows from the data contract. */
  static TestTrainer adaptive(
      ModelTopics on, Engine engine, TrainerListener also, String... settings) {
    return start(
        on, new TrainerJob(LinearEngine.adaptive(), engine, Optional.empty()), also, settings);
  }

  /** Starts a trainer for a job. */
  static TestTrainer start(ModelTopics on, TrainerJob job, String... settings) {
    return start(on, job, TrainerListener.NONE, settings);
  }

  /** Starts a trainer for a job. */
  static TestTrainer start(
      ModelTopics on, TrainerJob job, TrainerListener also, String... settings) {
    return new TestTrainer(on, job, also, TIMING, checked(settings));
  }

  /** Starts a trainer with other intervals and timeouts. */
  static TestTrainer start(
      ModelTopics on,
      ModelSpec spec,
      Engine engine,
      Optional<Path> init,
      TrainerListener also,
      TrainerTiming timing,
      String... settings) {
    return new TestTrainer(on, new TrainerJob(spec, engine, init), also, timing, checked(settings));
  }

  private static Settings checked(String... settings) {
    Map<String, String> given = new HashMap<>();
    for (int i = 0; i < settings.length; i += 2) {
      given.put(settings[i], settings[i + 1]);
    }
    return Settings.check(given, List.of(TrainerSettings.configDef(), MetricsServer.configDef()));
  }

  /** Waits until the trainer has ended by itself without a failure. */
  TestTrainer finished() throws InterruptedException {
    Health end = ended();
    if (end.cause() != null) {
      throw new AssertionError("the trainer failed", end.cause());
    }
    return this;
  }

  /** Waits until the trainer has ended by itself. */
  Health ended() throws InterruptedException {
    Eventually.await()
        .until(
            () ->
                worker.health().state() == Health.State.STOPPED
                    || worker.health().state() == Health.State.FAILED);
    worker.awaitEnd();
    return worker.health();
  }

  void awaitVersion(long version) {
    Eventually.await()
        .until(
            () ->
                worker.health().state() == Health.State.FAILED
                    || checkpoints.stream().anyMatch(c -> c.getVersion() >= version));
    if (worker.health().cause() != null) {
      throw new AssertionError("the trainer failed", worker.health().cause());
    }
  }

  /** Waits until the trainer has made this number of steps. */
  void awaitSteps(int steps) {
    Pattern made = Pattern.compile("tidemill_steps_total\\{[^}]*\\} " + steps + "\\.0");
    Eventually.await().until(() -> made.matcher(metrics.scrape()).find());
  }

  void awaitState(Health.State state) {
    Eventually.await().until(() -> worker.health().state() == state);
  }

  @Override
  public void onEpochEnd(EpochSummary epoch) {
    epochs.add(epoch);
    also.onEpochEnd(epoch);
  }

  @Override
  public void onRunEnd(ClassSummary run) {
    ends.add(run);
    also.onRunEnd(run);
  }

  @Override
  public void onCheckpoint(Checkpoint manifest) {
    checkpoints.add(manifest);
    also.onCheckpoint(manifest);
  }

  @Override
  public void onNotice(String notice) {
    notices.add(notice);
    also.onNotice(notice);
  }

  @Override
  public void onProgress(TrainingProgress event) {
    progress.add(event);
    also.onProgress(event);
  }

  @Override
  public void close() {
    worker.close();
    metrics.close();
  }
}
