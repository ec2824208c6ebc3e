package dev.tidemill.producer.requests;

import dev.tidemill.producer.Destination;
import dev.tidemill.producer.source.SampleSource;
import dev.tidemill.runtime.DutyThread;
import dev.tidemill.runtime.Health;
import dev.tidemill.runtime.HealthMonitor;
import dev.tidemill.runtime.Supervisor;
import dev.tidemill.runtime.Worker;
import java.time.Clock;

/**
 * Asks a model about a source's samples, and judges the answers: which came, how soon, how right. A
 * request's id is its sample's place in the source. Ends by itself when all samples of a finite
 * source are asked, and each is answered or has been awaited for long enough.
 */
public final class PredictionClient implements Worker {
  private final Conversation conversation;
  private final Supervisor supervisor;

  /**
   * Makes one that is not yet started.
   *
   * @param source closed with this
   */
  public PredictionClient(
      Destination to, SampleSource source, RequestSettings settings, AnswerListener listener) {
    this.conversation = new Conversation(settings.mostOutstanding(), listener);
    String name = "predict-" + to.model();
    ListeningDuty listening =
        new ListeningDuty(name + "-answers", to, settings, conversation, System::nanoTime);
    AskingDuty asking =
        new AskingDuty(name + "-requests", to, source, settings, conversation, System::nanoTime);
    this.supervisor =
        new Supervisor(name, new HealthMonitor(name, Clock.systemUTC()), DutyThread.CLOSE_TIMEOUT);
    supervisor.add(listening);
    supervisor.add(asking);
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
