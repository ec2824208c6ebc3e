package dev.tidemill.benchmarks.serving;

import dev.tidemill.benchmarks.BenchmarkException;
import dev.tidemill.benchmarks.Launch;
import dev.tidemill.benchmarks.Service;
import dev.tidemill.messaging.KafkaClients;
import dev.tidemill.messaging.KafkaSettings;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;

/** A request that waits before anybody is there to answer it. */
final class FirstAnswer implements AutoCloseable {
  private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(90);

  private final LoadTarget target;
  private final Producer<byte[], byte[]> producer;
  private final Consumer<byte[], byte[]> consumer;
  private long next;

  FirstAnswer(String bootstrapServers, LoadTarget target) {
    this.target = target;
    KafkaClients clients = new KafkaClients(KafkaSettings.at(bootstrapServers));
    String id = "first-answer-" + UUID.randomUUID();
    producer = clients.producer(id);
    consumer = clients.assignedConsumer(id);
  }

  /**
   * A process that has just answered.
   *
   * @param seconds from when it was started to when its committed answer was read
   */
  record Started(Service service, double seconds) {}

  /** Asks, starts a process, and returns with its answer; the caller closes the process. */
  Started start(Launch launch) {
    long number = next++;
    AnswerReader reader = new AnswerReader(consumer, target.answers());
    reader.seekToEnd();
    new RequestSender(
            producer, target.requests(), target.partitions(), RequestForm.named(target.form()))
        .send(number, 1);
    long begin = System.nanoTime();
    AnswerTally tally = new AnswerTally(number, 1, 0, place -> begin);
    Service service = Service.start(launch);
    try {
      reader.read(
          tally,
          null,
          () -> {
            service.requireAlive();
            return System.nanoTime() - begin > LIMIT_NANOS;
          });
      if (!tally.isComplete()) {
        throw new BenchmarkException(launch.name() + " did not answer within 90 s of its start");
      }
      return new Started(service, tally.micros(100) / 1e6);
    } catch (RuntimeException e) {
      service.close();
      throw e;
    }
  }

  @Override
  public void close() {
    producer.close();
    consumer.close();
  }
}
