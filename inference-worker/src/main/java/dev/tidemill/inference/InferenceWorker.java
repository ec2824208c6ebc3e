package dev.tidemill.inference;

import dev.tidemill.checkpoints.CheckpointFollower;
import dev.tidemill.checkpoints.CheckpointReader;
import dev.tidemill.engine.Engine;
import dev.tidemill.messaging.ControlChannel;
import dev.tidemill.messaging.DeadLetters;
import dev.tidemill.messaging.KafkaClients;
import dev.tidemill.messaging.RecordCodec;
import dev.tidemill.messaging.RecordLoop;
import dev.tidemill.messaging.Transactions;
import dev.tidemill.runtime.DutyThread;
import dev.tidemill.runtime.Health;
import dev.tidemill.runtime.HealthMonitor;
import dev.tidemill.runtime.Metrics;
import dev.tidemill.runtime.Supervisor;
import dev.tidemill.runtime.Worker;
import dev.tidemill.schemas.Topics;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.Consumer;

/**
 * Answers a model's requests by its newest version, or the pinned one: one thread follows
 * checkpoints and commands, one or more serve. Ready once a version is loaded.
 */
public final class InferenceWorker implements Worker {
  /** A transaction takes milliseconds; one that a killed worker leaves open holds readers up. */
  private static final Duration TRANSACTION_OPEN_AT_MOST = Duration.ofSeconds(10);

  private static final int PRODUCERS_A_THREAD = 2;

  private static final LongSupplier NANO_TIME = System::nanoTime;

  private final ModelSlots slots;
  private final Supervisor supervisor;

  private InferenceWorker(ModelSlots slots, Supervisor supervisor) {
    this.slots = slots;
    this.supervisor = supervisor;
  }

  /**
   * Makes a worker, its Kafka clients included; nothing is read before {@link #start}.
   *
   * @param engine what computes
   * @param topics the model's
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
    ServingState state = new ServingState();
    ServingMetrics figures =
        new ServingMetrics(
            metrics, settings.model(), worker, () -> slots.servingVersion().orElse(0));
    CountDownLatch loaded = new CountDownLatch(1);
    FollowingDuty following =
        following(settings, clients, codec, topics, slots, state, figures, loaded);
    Supervisor supervisor =
        new Supervisor(worker, new HealthMonitor(worker, clock, metrics), DutyThread.CLOSE_TIMEOUT);
    for (int thread = 0; thread < settings.threads(); thread++) {
      supervisor.add(
          serving(settings, thread, clients, codec, topics, slots, figures, loaded, clock),
          settings.healthTimeout());
    }
    supervisor.add(following);
    supervisor.refineHealth(health -> withDetail(health, state.detail()));
    return new InferenceWorker(slots, supervisor);
  }

  private static FollowingDuty following(
      InferenceSettings settings,
      KafkaClients clients,
      RecordCodec codec,
      Topics topics,
      ModelSlots slots,
      ServingState state,
      ServingMetrics figures,
      CountDownLatch loaded) {
    String worker = settings.worker();
    CheckpointFollower follower =
        CheckpointFollower.open(clients, codec, topics, worker + "-versions");
    CheckpointReader reader = CheckpointReader.open(clients, codec, topics, worker + "-weights");
    ControlChannel control =
        ControlChannel.open(
            clients, worker + "-control", codec, topics.control(), settings.model());
    VersionLoader loader = new VersionLoader(reader, slots, state, figures, loaded::countDown);
    PinCommands commands = new PinCommands(worker, follower, loader, control, NANO_TIME);
    return new FollowingDuty(
        worker + "-follows", follower, reader, control, loader, commands, state);
  }

  private static ServingDuty serving(
      InferenceSettings settings,
      int thread,
      KafkaClients clients,
      RecordCodec codec,
      Topics topics,
      ModelSlots slots,
      ServingMetrics figures,
      CountDownLatch loaded,
      Clock clock) {
    String worker = settings.worker();
    Consumer<byte[], byte[]> consumer =
        clients.groupConsumer(worker + "-requests-" + thread, group(settings.model()));
    Answers answers =
        new Answers(
            settings.model(),
            worker,
            topics.predictions(),
            codec,
            new DeadLetters(codec, topics.deadLetters(), worker, clock),
            clock);
    RequestPolicy policy =
        new RequestPolicy(
            consumer,
            codec,
            new MicroBatcher(settings.maxBatchSize(), settings.maxQueueDelay().toNanos()),
            new Answerer(slots, thread, NANO_TIME)::answer,
            answers,
            delivery(settings, thread, clients, consumer, figures),
            figures,
            NANO_TIME);
    return new ServingDuty(
        RecordLoop.subscribed(
            worker + "-serves-" + thread, consumer, List.of(topics.requests()), policy),
        loaded,
        () -> slots.servingVersion().isPresent(),
        policy::prepare);
  }

  private static Delivery delivery(
      InferenceSettings settings,
      int thread,
      KafkaClients clients,
      Consumer<byte[], byte[]> consumer,
      ServingMetrics figures) {
    String worker = settings.worker();
    java.util.function.Consumer<List<Told>> delivered =
        told -> figures.delivered(told, NANO_TIME.getAsLong());
    return switch (settings.guarantee()) {
      case AT_LEAST_ONCE ->
          new AtLeastOnceDelivery(
              () -> clients.answeringProducer(worker + "-answers-" + thread), consumer, delivered);
      case EXACTLY_ONCE ->
          new ExactlyOnceDelivery(
              worker + "-commits-" + thread,
              number -> transactions(settings, clients, PRODUCERS_A_THREAD * thread + number),
              consumer,
              delivered);
    };
  }

  /** The id tells worker and producer, so that a worker which starts again ends what it left. */
  private static Transactions transactions(
      InferenceSettings settings, KafkaClients clients, int number) {
    String transactionalId = group(settings.model()) + "-" + settings.worker() + "-" + number;
    return new Transactions(
        clients.answeringProducer(
            settings.worker() + "-answers-" + number, transactionalId, TRANSACTION_OPEN_AT_MOST),
        transactionalId,
        "inference worker named " + settings.worker());
  }

  /** The consumer group that a model's inference workers share its requests in. */
  public static String group(String model) {
    return "tidemill-" + model + "-inference";
  }

  @Override
  public String name() {
    return supervisor.name();
  }

  @Override
  public void start() {
    supervisor.start();
  }

  /** With the version that is served, and what was refused since, as its detail. */
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

  /** The version that answers now; empty before the first is loaded. Any thread. */
  public OptionalLong servingVersion() {
    return slots.servingVersion();
  }

  @Override
  public void awaitEnd() throws InterruptedException {
    supervisor.awaitEnd();
  }

  @Override
  public void close() {
    supervisor.close();
    // A thread that was given up may still compute in the models' memory.
    if (!supervisor.hasAbandoned()) {
      slots.close();
    }
  }
}
