package dev.tidemill.inference;

import dev.tidemill.checkpoints.CheckpointFollower;
import dev.tidemill.checkpoints.CheckpointReader;
import dev.tidemill.engine.Engine;
import dev.tidemill.messaging.ContractLog;
import dev.tidemill.messaging.ControlChannel;
import dev.tidemill.messaging.KafkaClients;
import dev.tidemill.messaging.RecordCodec;
import dev.tidemill.messaging.TopicContract;
import dev.tidemill.messaging.TopicGuard;
import dev.tidemill.messaging.TopicLimits;
import dev.tidemill.messaging.TopicRole;
import dev.tidemill.runtime.DutyThread;
import dev.tidemill.runtime.Health;
import dev.tidemill.runtime.HealthMonitor;
import dev.tidemill.runtime.Metrics;
import dev.tidemill.runtime.Supervisor;
import dev.tidemill.runtime.Worker;
import dev.tidemill.schemas.Topics;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.admin.Admin;

/**
 * Answers a model's requests with its newest version, or with the pinned one. One thread follows
 * checkpoints and commands. One or more threads serve, each with a thread that commits its answers.
 * One thread polls for slow serving threads, and one checks the topics. The worker is ready once a
 * version is loaded.
 */
public final class InferenceWorker implements Worker {
  private static final Duration ADMIN_CLOSE_TIMEOUT = Duration.ofSeconds(1);

  private static final LongSupplier NANO_TIME = System::nanoTime;

  private final ModelSlots slots;
  private final ServingMetrics metrics;
  private final Admin admin;
  private final TopicGuard guard;
  private final Supervisor supervisor;

  private InferenceWorker(
      ModelSlots slots,
      ServingMetrics metrics,
      Admin admin,
      TopicGuard guard,
      Supervisor supervisor) {
    this.slots = slots;
    this.metrics = metrics;
    this.admin = admin;
    this.guard = guard;
    this.supervisor = supervisor;
  }

  /**
   * Creates a worker and its Kafka clients. Reads nothing before {@link #start}.
   *
   * @param engine computes the predictions
   * @param topics the model's topics
   */
  public static InferenceWorker of(
      InferenceSettings settings,
      Engine engine,
      KafkaClients clients,
      RecordCodec codec,
      Topics topics,
      Metrics metrics,
      Clock clock) {
    String worker = settings.worker();
    ModelSlots slots = new ModelSlots(engine, settings.maxBatchSize(), settings.threads());
    ServingStatus status = new ServingStatus();
    ServingMetrics servingMetrics =
        new ServingMetrics(metrics.worker(worker), () -> slots.servingVersion().orElse(0));
    HealthMonitor monitor = new HealthMonitor(worker, clock, metrics.worker(worker));
    codec.reportTo(monitor);
    ServingConditions conditions = new ServingConditions(monitor, servingMetrics, clock);
    Admin admin = clients.admin(worker + "-admin");
    ServingThreadFactory serving =
        new ServingThreadFactory(
            settings, clients, admin, codec, topics, conditions, servingMetrics, clock, NANO_TIME);
    CountDownLatch loaded = new CountDownLatch(1);
    TopicGuard guard = guard(settings, clients, topics, monitor);
    FollowingDuty following =
        following(
            settings,
            clients,
            codec,
            topics,
            slots,
            status,
            servingMetrics,
            conditions,
            loaded,
            guard);
    Supervisor supervisor = new Supervisor(worker, monitor, DutyThread.CLOSE_TIMEOUT);
    supervisor.add(guard);
    List<RequestLoop> loops = new ArrayList<>();
    for (int thread = 0; thread < settings.threads(); thread++) {
      ServingThreadFactory.ServingThread servingThread =
          serving.createThread(
              thread, new BatchPredictor(slots, thread, NANO_TIME, clock)::predict);
      loops.add(servingThread.loop());
      supervisor.add(
          new ServingDuty(
              servingThread.loop(),
              loaded,
              () -> slots.servingVersion().isPresent(),
              servingThread.processor()::prepare),
          settings.healthTimeout());
    }
    supervisor.add(new KeepAliveDuty(worker + "-keep-alive", loops));
    supervisor.add(following);
    supervisor.refineHealth(health -> withDetail(health, status.detail()));
    return new InferenceWorker(slots, servingMetrics, admin, guard, supervisor);
  }

  /**
   * Creates the guard, which is also the heartbeat: it asks the brokers three times within the
   * health timeout.
   */
  private static TopicGuard guard(
      InferenceSettings settings, KafkaClients clients, Topics topics, HealthMonitor monitor) {
    TopicContract contract =
        new TopicContract(
            TopicRole.INFERENCE,
            topics,
            settings.model(),
            clients.bootstrapServers(),
            TopicLimits.NONE.withTransaction(ServingThreadFactory.TRANSACTION_TIMEOUT));
    return TopicGuard.of(
        clients,
        contract,
        monitor,
        settings.worker() + "-topics",
        settings.healthTimeout().dividedBy(3));
  }

  private static FollowingDuty following(
      InferenceSettings settings,
      KafkaClients clients,
      RecordCodec codec,
      Topics topics,
      ModelSlots slots,
      ServingStatus status,
      ServingMetrics servingMetrics,
      ServingConditions conditions,
      CountDownLatch loaded,
      TopicGuard guard) {
    String worker = settings.worker();
    CheckpointFollower follower =
        CheckpointFollower.open(clients, codec, topics, worker + "-versions");
    CheckpointReader reader = CheckpointReader.open(clients, codec, topics, worker + "-weights");
    ControlChannel control =
        ControlChannel.open(
            clients, worker + "-control", codec, topics.control(), settings.model());
    VersionLoader loader =
        new VersionLoader(
            reader,
            ServedContracts.of(ContractLog.of(clients, codec, topics, worker + "-contract")),
            slots,
            status,
            servingMetrics,
            conditions,
            loaded::countDown);
    PinCommands commands = new PinCommands(worker, follower, loader, control, NANO_TIME);
    return new FollowingDuty(
        worker + "-follower",
        follower,
        reader,
        control,
        loader,
        commands,
        status,
        conditions,
        () -> guard.knownId(Topics.Name.CHECKPOINTS));
  }

  /** Returns the consumer group in which a model's inference workers share its requests. */
  public static String group(String model) {
    return ServingNames.group(model);
  }

  @Override
  public String name() {
    return supervisor.name();
  }

  /**
   * Checks the topics once, before {@link #start}, which then need not. Throws the exceptions of
   * {@link TopicGuard#require()}.
   */
  public void requireTopics() {
    guard.require();
  }

  @Override
  public void start() {
    supervisor.start();
  }

  /** Returns the health, with the serving version and any refused version as its detail. */
  @Override
  public Health health() {
    return supervisor.health();
  }

  private static Health withDetail(Health health, String detail) {
    return switch (health.state()) {
      case STARTING -> Health.starting(detail);
      case READY -> Health.ready(detail);
      case STANDBY, DEGRADED, STOPPING, STOPPED, FAILED -> health;
    };
  }

  /** Returns the serving version; empty before the first one is loaded. Any thread. */
  public OptionalLong servingVersion() {
    return slots.servingVersion();
  }

  /**
   * Returns the median and the 99th percentile of the time from the end of a request's micro-batch
   * to the commit of its answer, in milliseconds, over the answers since the call before. For one
   * caller.
   */
  public Map<String, Double> commitFigures() {
    return metrics.commitTimes().drain();
  }

  @Override
  public void awaitEnd() throws InterruptedException {
    supervisor.awaitEnd();
  }

  @Override
  public void close() {
    supervisor.close();
    admin.close(ADMIN_CLOSE_TIMEOUT);
    // An abandoned thread may still compute in the models' memory.
    if (!supervisor.hasAbandoned()) {
      slots.close();
    }
  }
}
