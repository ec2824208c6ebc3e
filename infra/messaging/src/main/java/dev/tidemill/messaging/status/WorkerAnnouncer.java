package dev.tidemill.messaging.status;

import dev.tidemill.messaging.KafkaClients;
import dev.tidemill.messaging.RecordCodec;
import dev.tidemill.runtime.Health;
import dev.tidemill.runtime.Worker;
import dev.tidemill.schemas.ProgressEvent;
import dev.tidemill.schemas.WorkerCondition;
import dev.tidemill.schemas.WorkerRole;
import dev.tidemill.schemas.WorkerStatus;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Announces a worker on the topic `progress`, so that dashboards find it: when it starts, when its
 * state or version changes, every {@link #INTERVAL}, and when it ends. Works on a thread of its
 * own, and a failure stops nothing: the worker does not depend on it.
 */
public final class WorkerAnnouncer implements AutoCloseable {
  /** Time between two events of a worker that does not change. */
  public static final Duration INTERVAL = Duration.ofSeconds(5);

  private static final Logger LOG = LoggerFactory.getLogger(WorkerAnnouncer.class);
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration CLOSE = Duration.ofSeconds(2);
  private static final int PARTITION = 0;

  private final KafkaClients clients;
  private final RecordCodec codec;
  private final String topic;
  private final String model;
  private final Worker worker;
  private final WorkerRole role;
  private final LongSupplier version;
  private final Supplier<Map<String, Double>> figures;
  private final ProcessIdentity process;
  private final Clock clock;
  private final Instant startedAt;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread;
  private @Nullable WorkerStatus last;
  private boolean failing;

  /**
   * @param topic the topic `progress`
   * @param version returns the version that the worker committed or serves; 0 if there is none
   * @param figures returns the event's figures; called once for each event
   */
  public WorkerAnnouncer(
      KafkaClients clients,
      RecordCodec codec,
      String topic,
      String model,
      Worker worker,
      WorkerRole role,
      LongSupplier version,
      Supplier<Map<String, Double>> figures,
      ProcessIdentity process,
      Clock clock) {
    this.clients = clients;
    this.codec = codec;
    this.topic = topic;
    this.model = model;
    this.worker = worker;
    this.role = role;
    this.version = version;
    this.figures = figures;
    this.process = process;
    this.clock = clock;
    this.startedAt = clock.instant();
    this.thread = new Thread(this::run, worker.name() + "-announcer");
    thread.setDaemon(true);
  }

  /** Starts the thread; call once. */
  public void start() {
    thread.start();
  }

  /** Announces the worker's last state; waits for a bounded time. */
  @Override
  public void close() {
    closed.countDown();
    try {
      thread.join(CLOSE.multipliedBy(2).toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    Producer<byte[], byte[]> producer = clients.producer(worker.name() + "-announcer");
    try {
      do {
        announce(producer, false);
      } while (!closed.await(POLL.toMillis(), TimeUnit.MILLISECONDS));
      announce(producer, true);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      producer.close(CLOSE);
    }
  }

  private void announce(Producer<byte[], byte[]> producer, boolean always) {
    WorkerStatus status = status();
    if (!always && !isDue(status)) {
      return;
    }
    status.setFigures(figures());
    try {
      byte[] key = worker.name().getBytes(StandardCharsets.UTF_8);
      Future<RecordMetadata> unused =
          producer.send(
              codec.record(topic, PARTITION, key, new ProgressEvent(status)),
              (written, failure) -> sent(failure));
    } catch (KafkaException e) {
      sent(e);
    }
    last = status;
  }

  /** Returns the figures; a worker that cannot give them is announced without. */
  private Map<String, Double> figures() {
    try {
      return figures.get();
    } catch (RuntimeException e) {
      LOG.warn("worker {} cannot give its figures; dashboards show none", worker.name(), e);
      return Map.of();
    }
  }

  private boolean isDue(WorkerStatus status) {
    WorkerStatus before = last;
    return before == null
        || !before.getState().equals(status.getState())
        || before.getVersion() != status.getVersion()
        || before.getConditions().size() != status.getConditions().size()
        || !status.getCreatedAt().isBefore(before.getCreatedAt().plus(INTERVAL));
  }

  /** Says once per outage that the worker cannot be seen on dashboards. */
  private synchronized void sent(@Nullable Exception failure) {
    if (failure != null && !failing) {
      LOG.warn(
          "worker {} cannot be announced on {}; dashboards will show it as gone: {}",
          worker.name(),
          topic,
          failure.getMessage());
    }
    failing = failure != null;
  }

  private WorkerStatus status() {
    Health health = worker.health();
    return WorkerStatus.newBuilder()
        .setModel(model)
        .setWorker(worker.name())
        .setRole(role)
        .setState(health.state().name())
        .setDetail(health.detail())
        .setConditions(
            health.conditions().stream()
                .map(each -> new WorkerCondition(each.name(), each.cause(), each.since()))
                .toList())
        .setVersion(version.getAsLong())
        .setHost(process.host())
        .setPid(process.pid())
        .setMetricsAddress(process.metricsAddress())
        .setRelease(process.release())
        .setStartedAt(startedAt)
        .setCreatedAt(clock.instant())
        .build();
  }
}
