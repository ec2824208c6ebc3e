package dev.tidemill.benchmarks.training;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidemill.benchmarks.BenchmarkException;
import dev.tidemill.benchmarks.Figure;
import dev.tidemill.benchmarks.ParticipantLoop;
import dev.tidemill.messaging.KafkaClients;
import dev.tidemill.messaging.KafkaSettings;
import dev.tidemill.messaging.RecordCodec;
import dev.tidemill.messaging.TopicAdmin;
import dev.tidemill.messaging.TopicPlan;
import dev.tidemill.producer.BatchProducer;
import dev.tidemill.producer.Destination;
import dev.tidemill.producer.SendListener;
import dev.tidemill.producer.SendProgress;
import dev.tidemill.producer.SendSettings;
import dev.tidemill.runtime.Health;
import dev.tidemill.runtime.Metrics;
import dev.tidemill.schemas.Topics;
import dev.tidemill.schemas.wire.SingleObjectFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Participant: our producer, over samples that lie in memory. The time is that between two records
 * of a longer run, so that as much is on its way at its end as at its beginning.
 */
final class MemoryProducing {
  private static final double MIB = 1 << 20;

  private MemoryProducing() {}

  public static void main(String[] arguments) throws Exception {
    ParticipantLoop.open().serve(Map.of(), MemoryProducing::round);
  }

  private static Map<String, ?> round(JsonNode json) throws Exception {
    ProducerOrder order = ProducerOrder.of(json);
    String model = "producer-" + UUID.randomUUID();
    Topics topics = Topics.of("bench", model);
    KafkaClients clients =
        new KafkaClients(
            new KafkaSettings(
                order.bootstrapServers(),
                Map.of(),
                Map.of("compression.type", order.compression()),
                Map.of(),
                Map.of()));
    try (TopicAdmin admin = new TopicAdmin(clients, "bench")) {
      List<String> unused = admin.create(topics, new TopicPlan(1, 1, 1));
    }
    Stopwatch watch = new Stopwatch(order, System::nanoTime);
    try (BatchProducer producer =
        new BatchProducer(
            new Destination(model, topics, clients, new RecordCodec(new SingleObjectFormat())),
            new MemorySource("memory", order.recordsInAll() * ProducerOrder.RECORD_SAMPLES),
            SendSettings.standard(ProducerOrder.RECORD_SAMPLES)
                .withCommitInterval(ProducerOrder.COMMIT_INTERVAL),
            watch,
            new Metrics(model))) {
      producer.start();
      producer.awaitEnd();
      requireDone(producer, order);
      return Map.of("megabytesPerSecond", watch.recordsPerSecond() * order.recordBytes() / MIB);
    }
  }

  private static void requireDone(BatchProducer producer, ProducerOrder order) {
    long sent = producer.progress().records();
    if (producer.health().state() == Health.State.FAILED || sent != order.recordsInAll()) {
      throw new IllegalStateException(sent + " records sent: " + producer.health());
    }
  }

  /**
   * Runs while the records are sent that count. Progress may come in steps of several records, so
   * it counts those between the two moments that it saw.
   */
  static final class Stopwatch implements SendListener {
    private final ProducerOrder order;
    private final LongSupplier nanoTime;
    private volatile @Nullable Moment begin;
    private volatile @Nullable Moment end;

    private record Moment(long records, long nanos) {}

    Stopwatch(ProducerOrder order, LongSupplier nanoTime) {
      this.order = order;
      this.nanoTime = nanoTime;
    }

    /**
     * @throws BenchmarkException if it did not see both moments
     */
    double recordsPerSecond() {
      Moment from = begin;
      Moment to = end;
      if (from == null || to == null) {
        throw new BenchmarkException("the producer told no progress that a rate can be made of");
      }
      return Figure.quotient(
          (double) (to.records() - from.records()),
          (to.nanos() - from.nanos()) / 1e9,
          "the producer");
    }

    @Override
    public void progressed(SendProgress progress) {
      long records = progress.written();
      if (begin == null && records >= order.warmRecords()) {
        begin = new Moment(records, nanoTime.getAsLong());
      } else if (end == null && records >= order.warmRecords() + order.records()) {
        end = new Moment(records, nanoTime.getAsLong());
      }
    }

    @Override
    public void refused(String reason) {
      throw new IllegalStateException(reason);
    }
  }
}
