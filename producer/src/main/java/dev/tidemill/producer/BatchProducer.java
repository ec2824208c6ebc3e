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
import dev.tidemill.schemas.DataContract;
import dev.tidemill.schemas.Topics;
import dev.tidemill.schemas.TrainingBatch;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Sends a source's samples as training batches. All batches have the source's key, so they keep
 * their order in one partition.
 *
 * <p>A finite source is sent in transactions, together with the position reached. If the producer
 * is killed and started again, it neither repeats nor skips a sample. It ends at the end of the
 * source.
 *
 * <p>A sample counts as sent when the brokers have committed it. The worker is degraded while they
 * commit nothing.
 */
public final class BatchProducer implements Worker {
  private final boolean resumes;
  private final ProgressCount count;
  private final Supervisor supervisor;

  /**
   * Creates a producer without starting it.
   *
   * @param source the source to send; the caller closes it after the producer
   * @throws UnusableSourceException if the settings ask to resume a source that cannot be reread
   */
  public BatchProducer(
      Destination to,
      SampleSource source,
      SendSettings settings,
      SendListener listener,
      Metrics metrics) {
    this(to, source, settings, ContractSettings.DEFAULT, listener, metrics);
  }

  /**
   * Creates a producer without starting it.
   *
   * @param source the source to send; the caller closes it after the producer
   * @param contract what to do about the model's data contract
   * @throws UnusableSourceException if the settings ask to resume a source that cannot be reread
   */
  public BatchProducer(
      Destination to,
      SampleSource source,
      SendSettings settings,
      ContractSettings contract,
      SendListener listener,
      Metrics metrics) {
    this(to, source, settings, contract, listener, metrics, Clock.systemUTC(), System::nanoTime);
  }

  BatchProducer(
      Destination to,
      SampleSource source,
      SendSettings settings,
      ContractSettings contract,
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
    SourceRecords records = new SourceRecords(to, name, description.key());
    BatchSink sink =
        resumes
            ? new TransactionalSink(
                to,
                name,
                description.key(),
                settings,
                records,
                () -> guard.id(Topics.Name.BATCHES),
                count,
                listener::notice,
                clock,
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
            records,
            new ContractAgreement(
                to,
                contract,
                name,
                TransactionalSink.openAtMost(settings),
                listener::notice,
                clock),
            new LeftOutLetters(to, name, description.key(), clock),
            to.schemaWait(
                Map.of(
                    to.topics().batches(),
                    TrainingBatch.class,
                    to.topics().contract(),
                    DataContract.class),
                nanoTime),
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
                // A record also waits for its transaction to commit, which is not a delay.
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
                  + " can be read only once, so a run cannot be resumed; set "
                  + SendSettings.RESUME
                  + " to auto or never");
        }
        yield true;
      }
    };
  }

  /** Whether a later run of the same source continues where this one ends. */
  public boolean resumes() {
    return resumes;
  }

  /** The progress so far. Any thread. */
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
