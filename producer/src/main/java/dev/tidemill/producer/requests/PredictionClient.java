package dev.tidemill.producer.requests;

import dev.tidemill.contract.Contract;
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
 * Sends a source's samples to a model as requests, and measures completeness, latency and accuracy
 * of the answers. A request's id contains its sample's number in the source.
 *
 * <p>With a finite source, it ends when each request is answered or its timeout has passed. It is
 * degraded while its requests are not acknowledged.
 */
public final class PredictionClient implements Worker {
  private final Conversation conversation;
  private final Supervisor supervisor;

  /**
   * Creates a client without starting it.
   *
   * @param role the caller's role, which determines the topics used: CALLER or WRITER
   * @param source the source to send; the caller closes it after the client
   */
  public PredictionClient(
      Destination to,
      TopicRole role,
      SampleSource source,
      RequestSettings settings,
      AnswerListener listener,
      Metrics metrics) {
    this(to, role, List.of(), source, settings, listener, metrics);
  }

  /**
   * Creates a client without starting it.
   *
   * @param role the caller's role, which determines the topics used: CALLER or WRITER
   * @param contracts the versions of the model's contract, ascending, which say what columns of a
   *     table the model knows; empty if it has none
   * @param source the source to send; the caller closes it after the client
   */
  public PredictionClient(
      Destination to,
      TopicRole role,
      List<Contract> contracts,
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
    RequestDuty asking =
        new RequestDuty(
            name + "-requests",
            to,
            source,
            settings,
            new RawRequests(contracts, listener::notice),
            conversation,
            System::nanoTime);
    supervisor.add(
        new AnswerDuty(
            name + "-answers",
            to,
            guard::require,
            () -> guard.partitions(Topics.Name.PREDICTIONS),
            () -> watches.forEach(DutyThread::stop),
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

  /** Stops sending requests; the client still waits for the answers to those that were sent. */
  public void stopAsking() {
    conversation.stop();
  }

  /** The outcomes so far. Any thread. */
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
