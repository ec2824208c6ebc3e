package dev.tidemill.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.cli.run.Announced;
import dev.tidemill.cli.run.ModelContext;
import dev.tidemill.engine.Engine;
import dev.tidemill.engine.Engines;
import dev.tidemill.engine.ModelSpec;
import dev.tidemill.inference.InferenceSettings;
import dev.tidemill.inference.InferenceWorker;
import dev.tidemill.messaging.TopicRole;
import dev.tidemill.producer.BatchProducer;
import dev.tidemill.producer.DataSettings;
import dev.tidemill.producer.SendProgress;
import dev.tidemill.producer.SendSettings;
import dev.tidemill.producer.requests.Answer;
import dev.tidemill.producer.requests.AnswerListener;
import dev.tidemill.producer.requests.PredictionClient;
import dev.tidemill.producer.requests.RequestSettings;
import dev.tidemill.producer.source.SampleSource;
import dev.tidemill.producer.source.SourceOptions;
import dev.tidemill.runtime.Health;
import dev.tidemill.runtime.Metrics;
import dev.tidemill.runtime.MetricsServer;
import dev.tidemill.runtime.Worker;
import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.schemas.WorkerRole;
import dev.tidemill.testbed.Eventually;
import dev.tidemill.testbed.history.LeadershipEnd;
import dev.tidemill.trainer.TrainerJob;
import dev.tidemill.trainer.TrainerListener;
import dev.tidemill.trainer.TrainerSettings;
import dev.tidemill.trainer.TrainerWorker;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;

/**
 * A producer, a trainer, an inference worker and a caller of one pipeline in this JVM. They run
 * until the test stops them, so that a fault never comes too late on a slow machine.
 */
final class RunningPipeline implements AutoCloseable {
  private static final double SAMPLES_PER_SECOND = 256;
  private static final double REQUESTS_PER_SECOND = 20;
  private static final String NEVER_REACHED = "10000000";

  private final Pipeline pipeline;
  private final int stepSamples;
  private final Metrics metrics;
  private final List<AutoCloseable> exposed = new ArrayList<>();
  private final BatchProducer producer;
  private final TrainerWorker trainer;
  private final InferenceWorker inference;
  private final PredictionClient caller;
  private volatile long trainedSamples;

  /** The role of the trainer in this JVM. */
  enum Trainer {
    LEADS,
    /** Another process is the leader when it starts. */
    STANDS_BY,
    /** Only another process trains. */
    ELSEWHERE
  }

  private RunningPipeline(Pipeline pipeline) {
    this.pipeline = pipeline;
    this.metrics = new Metrics(pipeline.model);
    Engine engine = Engines.named("dl4j");
    ModelSpec spec = ModelSpec.load("mlp");
    this.stepSamples = spec.training().batchSize();
    this.producer = producer(context("digits:seed=1"));
    ModelContext context = context("digits");
    this.trainer = trainer(context, new TrainerJob(spec, engine, Optional.empty()));
    this.inference =
        InferenceWorker.of(
            InferenceSettings.from(context.model(), context.settings()),
            engine,
            context.clients(),
            context.codec(),
            context.topics(),
            metrics,
            Clock.systemUTC());
    this.caller = caller(context("digits:seed=2"));
  }

  /** Starts the pipeline; returns when a version is served and a request is answered. */
  static RunningPipeline start(Pipeline pipeline, Trainer role) {
    RunningPipeline running = new RunningPipeline(pipeline);
    boolean started = false;
    try {
      running.startAll(role);
      started = true;
      return running;
    } finally {
      if (!started) {
        running.close();
      }
    }
  }

  private void startAll(Trainer role) {
    producer.start();
    if (role == Trainer.LEADS) {
      trainer.start();
    }
    inference.start();
    await(() -> inference.servingVersion().isPresent());
    if (role == Trainer.STANDS_BY) {
      trainer.start();
      await(() -> trainer.health().state() == Health.State.STANDBY);
    }
    caller.start();
    await(() -> caller.summary().predictions() > 0);
  }

  private ModelContext context(String source) {
    Map<String, String> given = new HashMap<>();
    given.put("bootstrap.servers", pipeline.bootstrapServers);
    given.put("model", pipeline.model);
    given.put(DataSettings.SOURCE, source);
    given.put(DataSettings.LIMIT, NEVER_REACHED);
    given.put("checkpoint.interval.ms", "1000");
    given.put("health.timeout.ms", "3000");
    // Longer than any fault of these tests, because the caller waits for each answer.
    given.put(RequestSettings.TIMEOUT, "300000");
    return ModelContext.of(given);
  }

  private BatchProducer producer(ModelContext context) {
    return new BatchProducer(
        context.destination(),
        source(context, SourceOptions.FOR_TRAINING),
        SendSettings.from(context.settings()).withRate(SAMPLES_PER_SECOND),
        reason -> {},
        metrics);
  }

  private TrainerWorker trainer(ModelContext context, TrainerJob job) {
    return new TrainerWorker(
        TrainerSettings.from(context.model(), context.settings()),
        context.clients(),
        context.topics(),
        context.codec(),
        job,
        metrics,
        new TrainerListener() {
          @Override
          public void onCheckpoint(Checkpoint manifest) {
            trainedSamples = manifest.getSamples();
          }
        });
  }

  private PredictionClient caller(ModelContext context) {
    return new PredictionClient(
        context.destination(),
        TopicRole.CALLER,
        source(context, SourceOptions.FOR_REQUESTS),
        RequestSettings.from(context.settings()).withRate(REQUESTS_PER_SECOND),
        new AnswerListener() {
          @Override
          public void answered(Answer answer) {}

          @Override
          public void refused(String reason) {}
        },
        metrics);
  }

  private static SampleSource source(ModelContext context, SourceOptions options) {
    return DataSettings.from(context.settings(), options).open(InputStream.nullInputStream());
  }

  /** Serves the metrics of producer and inference worker, and announces both. */
  MetricsServer expose() {
    ModelContext context = context("digits");
    context.clients().exportTo(metrics.worker("it"));
    MetricsServer server =
        MetricsServer.start(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            metrics,
            List.of(producer, inference));
    exposed.add(server);
    exposed.add(
        new Announced(WorkerRole.PRODUCER, () -> 0, Map::of)
            .start(producer, context, Optional.of(server)));
    exposed.add(
        new Announced(
                WorkerRole.INFERENCE,
                () -> inference.servingVersion().orElse(0),
                inference::commitFigures)
            .start(inference, context, Optional.of(server)));
    return server;
  }

  /** Waits until more samples, a newer version and more answers are committed. */
  void awaitProgress() {
    long sent = producer.progress().samples();
    long answered = caller.summary().predictions();
    long trained = trainedSamples;
    await(
        () ->
            producer.progress().samples() > sent
                && caller.summary().predictions() > answered
                && trainedSamples > trained);
  }

  /** Waits until the producer reports that the brokers do not acknowledge. */
  void awaitOutage() {
    await(() -> producer.health().state() == Health.State.DEGRADED);
  }

  private void await(Callable<Boolean> condition) {
    Eventually.await()
        .until(
            () -> {
              for (Worker worker : List.of(producer, trainer, inference, caller)) {
                assertThat(worker.health().isAlive()).as("%s", worker.health()).isTrue();
              }
              return condition.call();
            });
  }

  /**
   * Stops the load, waits until it is trained and answered, and audits the committed records.
   *
   * @param known trainers that can no longer publish
   */
  void stopAndAudit(LeadershipEnd... known) throws InterruptedException {
    producer.close();
    SendProgress sent = producer.progress();
    assertThat(sent.unsent()).as("%s", producer.health()).isZero();
    caller.stopAsking();
    caller.awaitEnd();
    assertThat(caller.summary().isComplete()).as("%s", caller.summary()).isTrue();
    long whole = sent.samples() - sent.samples() % stepSamples;
    await(() -> pipeline.newest().getSamples() == whole);
    trainer.close();
    inference.close();

    Audit audit = new Audit(pipeline.history().withLeadershipEnds(List.of(known)));
    audit.assertSentOnce(sent.samples());
    audit.assertTrainedOnce(whole, sent.samples() - whole);
    audit.assertBadBatchesRefusedOnce(0);
    audit.assertAnsweredOnce(caller.summary().requests());
    Outcome verified = pipeline.run("models verify", "--payloads");
    assertThat(verified.status()).as("%s %s", verified.out(), verified.error()).isZero();
  }

  @Override
  public void close() {
    for (AutoCloseable each : exposed) {
      closeQuietly(each);
    }
    caller.close();
    producer.close();
    inference.close();
    trainer.close();
    metrics.close();
  }

  private static void closeQuietly(AutoCloseable exposed) {
    try {
      exposed.close();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
