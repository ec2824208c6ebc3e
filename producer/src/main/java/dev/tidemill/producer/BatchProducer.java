package dev.tidemill.producer;

import dev.tidemill.producer.source.SampleSource;
import dev.tidemill.producer.source.SourceDescription;
import dev.tidemill.producer.source.UnusableSourceException;
import dev.tidemill.runtime.DutyThread;
import dev.tidemill.runtime.Health;
import dev.tidemill.runtime.HealthMonitor;
import dev.tidemill.runtime.Metrics;
import dev.tidemill.runtime.Supervisor;
import dev.tidemill.runtime.Worker;
import java.time.Clock;
import java.util.function.LongSupplier;

/**
 * Sends a source's samples as training batches, all with the source's key, so that they keep their
 * order in one partition. A finite source is sent in transactions together with the position
 * reached: killed anywhere and started again, no sample is sent twice and none is left out. It ends
 * by itself at the source's end.
 */
public final class BatchProducer implements Worker {
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
    BatchSink sink =
        resumes(description, settings.resume())
            ? new TransactionalSink(
                to, name, description.key(), settings.commitInterval(), nanoTime)
            : new IdempotentSink(to, name, description.key());
    this.count = new ProgressCount(description.count(), listener, metrics, nanoTime);
    SendingDuty duty = new SendingDuty(name, to, source, settings, sink, count, clock, nanoTime);
    this.supervisor =
        new Supervisor(name, new HealthMonitor(name, clock, metrics), DutyThread.CLOSE_TIMEOUT);
    supervisor.add(duty);
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
