package dev.tidemill.producer.requests;

import dev.tidemill.messaging.TopicGuard;
import dev.tidemill.messaging.TopicLimits;
import dev.tidemill.messaging.TopicRole;
import dev.tidemill.producer.DeliveryWatch;
import dev.tidemill.producer.Destination;
import dev.tidemill.producer.source.SampleSource;
import dev.tidemill.runtime.DutyThread;
import dev.tidemill.runtime.Health;
import dev.tidemill.runtime.HealthMonitor;
import dev.tidemill.runtime.Metrics;
import dev.tidemill.runtime.Supervisor;
import dev.tidemill.runtime.Worker;
import dev.tidemill.schemas.Topics;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/**
 * Asks a model about a source's samples, and judges the answers: which came, how soon, how right. A
 * request's id is its sample's place in the source. Ends by itself when all samples of a finite
 * source are asked, and each is answered or has been awaited for long enough. It is degraded while
 * its requests are not acknowledged.
 */
public final class PredictionClient implements Worker {
  private final Conversation conversation;
  private final Supervisor supervisor;

  /**
   * Makes one that is not yet started.
   *
   * @param role what the caller uses of the model's topics: CALLER or WRITER
   * @param source closed with this
   */
  public PredictionClient(
      Destination to,
      TopicRole role,
      SampleSource source,
      RequestSettings settings,
      AnswerListener listener,
      Metrics metrics) {
    String name = "predict-" + to.model();
    Clock clock = Clock.systemUTC();
    HealthMonitor monitor = new HealthMonitor(name, clock, metrics.worker(name));
    to.codec().reportTo(monitor);
    TopicGuard guard = to.guard(role, TopicLimits.NONE, monitor, name);
    this.conversation = new Conversation(settings, listener);
    this.supervisor = new Supervisor(name, monitor, DutyThread.CLOSE_TIMEOUT);
    List<DutyThread> watches = new ArrayList<>();
    AskingDuty asking =
        new AskingDuty(name + "-requests", to, source, settings, conversation, System::nanoTime);
    supervisor.add(
        new ListeningDuty(
            name + "-answers",
            to,
            guard::require,
            () -> guard.partitions(Topics.Name.PREDICTIONS),
            () -> watches.forEach(DutyThread::stop),
            settings,
            conversation,
            System::nanoTime));
    supervisor.add(asking);
    watches.add(supervisor.add(guard));
    watches.add(
        supervisor.add(
            new DeliveryWatch(
                name + "-deliveries",
                to.topics().requests(),
                asking,
                settings.healthTimeout(),
                monitor,
                clock)));
  }

  /** Sends no more requests; the answers to those that were sent are still awaited. */
  public void stopAsking() {
    conversation.enough();
  }

  /** What is known now; any thread. */
  public AnswerSummary summary() {
    return conversation.summary();
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
