package dev.tidemill.benchmarks.training;

import dev.tidemill.benchmarks.Broker;
import dev.tidemill.benchmarks.ParticipantLoop;
import dev.tidemill.cli.run.ModelContext;
import dev.tidemill.producer.BatchProducer;
import dev.tidemill.producer.SendSettings;
import dev.tidemill.producer.source.IndexedSource;
import dev.tidemill.producer.source.Sample;
import dev.tidemill.producer.source.SampleLabel;
import dev.tidemill.producer.source.SourceDescription;
import dev.tidemill.runtime.Health;
import dev.tidemill.runtime.Metrics;
import dev.tidemill.schemas.DType;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;

/**
 * Participant: Tidemill's producer, over samples in memory. It measures between two records of a
 * longer run, so that as many records are in flight at the end as at the beginning.
 */
final class MemoryProducing {
  static final Duration COMMIT_INTERVAL = Duration.ofMillis(200);
  private static final double MIB = 1 << 20;

  private MemoryProducing() {}

  /**
   * What is sent.
   *
   * @param recordBytes of each record's value
   * @param warmRecords sent before the time counts, and once more after it
   * @param records that count
   */
  record Order(
      String bootstrapServers,
      String compression,
      int recordBytes,
      long warmRecords,
      long records) {
    long total() {
      return 2 * warmRecords + records;
    }
  }

  public static void main(String[] arguments) throws Exception {
    ParticipantLoop.open().serve(Map.of(), Order.class, MemoryProducing::round);
  }

  private static Map<String, ?> round(Order order) throws Exception {
    String model = "producer-" + UUID.randomUUID();
    Map<String, String> settings = Map.of("producer.compression.type", order.compression());
    ModelContext context =
        Broker.createModel(order.bootstrapServers(), model, Broker.ONE_PARTITION, settings);
    try (BatchProducer producer =
        new BatchProducer(
            context.destination(),
            MemorySource.of(order.total() * FilledLog.RECORD_SAMPLES),
            SendSettings.standard(FilledLog.RECORD_SAMPLES).withCommitInterval(COMMIT_INTERVAL),
            reason -> {
              throw new IllegalStateException(reason);
            },
            new Metrics(model))) {
      producer.start();
      Moment begin = written(producer, order.warmRecords());
      Moment end = written(producer, order.warmRecords() + order.records());
      producer.awaitEnd();
      long sent = producer.progress().records();
      if (producer.health().state() == Health.State.FAILED || sent != order.total()) {
        throw new IllegalStateException(sent + " records sent: " + producer.health());
      }
      return Map.of("megabytesPerSecond", end.perSecondSince(begin) * order.recordBytes() / MIB);
    }
  }

  /** Waits until the producer has passed some records to its client. */
  private static Moment written(BatchProducer producer, long records) {
    return Moment.when(() -> producer.progress().written(), (double) records, producer);
  }

  /**
   * A finite source that costs nothing: a few prepared samples, repeated. Their bytes are random
   * capital letters, as those of Kafka's own tool are.
   */
  record MemorySource(SourceDescription description, List<Sample> samples)
      implements IndexedSource {
    private static final List<Long> SHAPE = List.of(1L, 28L, 28L);
    private static final int DISTINCT = 4096;

    static MemorySource of(long count) {
      Random random = new Random(1);
      return new MemorySource(
          SourceDescription.of("memory", OptionalLong.of(count), SHAPE),
          IntStream.range(0, DISTINCT).mapToObj(i -> sample(i, random)).toList());
    }

    private static Sample sample(int index, Random random) {
      ByteBuffer data = ByteBuffer.wrap(letters(random, FilledLog.PIXELS));
      SampleLabel label = new SampleLabel.ClassNumber(index % 10);
      return new Sample(index, DType.UINT8, SHAPE, data, label);
    }

    static byte[] letters(Random random, int count) {
      byte[] bytes = new byte[count];
      for (int i = 0; i < count; i++) {
        bytes[i] = (byte) ('A' + random.nextInt(26));
      }
      return bytes;
    }

    @Override
    public Sample at(long place) {
      return samples.get((int) (place % DISTINCT));
    }
  }
}
