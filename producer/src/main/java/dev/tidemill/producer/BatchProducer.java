package dev.tidemill.producer;

import dev.tidemill.messaging.TopicGuard;
import dev.tidemill.messaging.TopicLimits;
import dev.tidemill.messaging.TopicRole;
import dev.tidemill.producer.source.SampleSource;
import dev.tidemill.producer.source.SourceDescription;
import dev.tidemill.producer.source.UnusableSourceException;
import dev.tidemill.runtime.DutyThread;
import dev.tidemill.runtime.Health;
import dev.tidemill.runtime.HealthMonitor;
import dev.tidemill.runtime.Metrics;
import dev.tidemill.runtime.Supervisor;
import dev.tidemill.runtime.Worker;
import dev.tidemill.schemas.Topics;
import dev.tidemill.schemas.TrainingBatch;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Sends a source's samples as training batches, all with the source's key, so that they keep their
 * order in one partition. A finite source is sent in transactions together with the position
 * reached: killed anywhere and started again, no sample is sent twice and none is left out. It ends
 * by itself at the source's end. It counts as sent what the brokers committed, and is degraded
 * while they commit nothing.
 */
public final class BatchProducer implements Worker {
  private final boolean resumes;
  private final ProgressCount count;
  private final Supervisor supervisor;

  /**
   * Makes one that is not yet started.
   *
   * @param source closed with this
   * @throws UnusableSourceException if a run is to be resumed whose source cannot be read again
   */
  public BatchProducer(
      Destination to,
      SampleSource source,
      SendSettings settings,
      SendListener listener,
      Metrics metrics) {
    this(to, source, settings, listener, metrics, Clock.systemUTC(), System::nanoTime);
  }

  BatchProducer(
      Destination to,
      SampleSource source,
      SendSettings settings,
      SendListener listener,
      Metrics metrics,
      Clock clock,
      LongSupplier nanoTime) {
    SourceDescription description = source.description();
    String name = "producer-" + to.model();
    this.resumes = resumes(description, settings.resume());
    this.count = new ProgressCount(description.count(), listener, metrics.worker(name), nanoTime);
    HealthMonitor monitor = new HealthMonitor(name, clock, metrics.worker(name));
    to.codec().reportTo(monitor);
    TopicLimits limits = TopicLimits.NONE.withTransaction(TransactionalSink.openAtMost(settings));
    TopicGuard guard = to.guard(TopicRole.PRODUCER, limits, monitor, name);
    BatchSink sink =
        resumes
            ? new TransactionalSink(
                to,
                name,
                description.key(),
                settings,
                () -> guard.id(Topics.Name.BATCHES),
                count,
                nanoTime)
            : new IdempotentSink(to, name, description.key(), count, nanoTime);
    this.supervisor = new Supervisor(name, monitor, settings.closeTimeout());
    List<DutyThread> watches = new ArrayList<>();
    supervisor.add(
        new SendingDuty(
            name,
            to.topics().batches(),
            guard::require,
            () -> watches.forEach(DutyThread::stop),
            source,
            settings,
            resumes,
            sink,
            to.schemaWait(Map.of(to.topics().batches(), TrainingBatch.class), nanoTime),
            count,
            listener,
            clock,
            nanoTime));
    watches.add(supervisor.add(guard));
    watches.add(
        supervisor.add(
            new DeliveryWatch(
                name + "-deliveries",
                to.topics().batches(),
                count,
                // What waits for its transaction's commit is not late yet.
                settings.healthTimeout().plus(settings.commitInterval()),
                monitor,
                clock)));
  }

  private static boolean resumes(SourceDescription source, SendSettings.Resume resume) {
    return switch (resume) {
      case AUTO -> source.repeatable() && source.count().isPresent();
      case NEVER -> false;
      case ALWAYS -> {
        if (!source.repeatable()) {
          throw new UnusableSourceException(
              source.key()
                  + " can be read once only: "
                  + SendSettings.RESUME
                  + "=always is not"
                  + " for it");
        }
        yield true;
      }
    };
  }

  /** Whether another run of the same source continues where this one ends. */
  public boolean resumes() {
    return resumes;
  }

  /** How far it is; any thread. */
  public SendProgress progress() {
    return count.progress();
  }

  @Override
  public String name() {
    return supervisor.name();
  }

  @Override
  public void start() {
    supervisor.start();
  }

  @Override
  public Health health() {
    return supervisor.health();
  }

  @Override
  public void awaitEnd() throws InterruptedException {
    supervisor.awaitEnd();
  }

  @Override
  public void close() {
    supervisor.close();
  }
}
