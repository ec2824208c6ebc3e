package dev.tidemill.benchmarks.training;

import dev.tidemill.benchmarks.Broker;
import dev.tidemill.benchmarks.engine.Samples;
import dev.tidemill.cli.run.ModelContext;
import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.Network;
import dev.tidemill.schemas.Topics;
import dev.tidemill.schemas.TrainingBatch;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Topics with the same samples in the same records, one partition each: {@code batches} as Tidemill
 * sends them, {@code raw} without Avro (images, then labels) for the Python loop. A third, empty
 * topic takes the Python loop's checkpoints.
 */
final class FilledLog {
  /** Samples in a record, as the producer sends them by default. */
  static final int RECORD_SAMPLES = 32;

  static final int PIXELS = 28 * 28;
  static final String RAW = "bench.raw";
  static final String BATCHES = Topics.of("tidemill", "bench").batches();
  private static final String PYTHON_CHECKPOINTS = "bench.python-checkpoints";
  private static final int DISTINCT_SAMPLES = 16_384;

  private FilledLog() {}

  /** Creates the topics and fills each with some samples. */
  // flush() and close() wait; the trainer notices a lost record as an early end.
  @SuppressWarnings("FutureReturnValueIgnored")
  static void fill(String bootstrapServers, long count, long rawCount) throws Exception {
    Samples samples = digits(DISTINCT_SAMPLES);
    ModelContext context =
        Broker.createModel(bootstrapServers, "bench", Broker.ONE_PARTITION, Map.of());
    NewTopic raw = new NewTopic(RAW, 1, (short) 1);
    NewTopic checkpoints = new NewTopic(PYTHON_CHECKPOINTS, 1, (short) 1);
    try (Admin admin = context.clients().admin("bench");
        Producer<byte[], byte[]> producer = context.clients().bulkProducer("bench-fill")) {
      admin.createTopics(List.of(raw, checkpoints)).all().get();
      for (long at = 0; at < count; at += RECORD_SAMPLES) {
        TrainingBatch batch = samples.record((int) (at % DISTINCT_SAMPLES), RECORD_SAMPLES);
        producer.send(context.codec().record(BATCHES, null, batch));
      }
      for (long at = 0; at < rawCount; at += RECORD_SAMPLES) {
        int first = (int) (at % DISTINCT_SAMPLES);
        ByteBuffer value =
            ByteBuffer.allocate(RECORD_SAMPLES * (PIXELS + Integer.BYTES))
                .put(samples.images(first, RECORD_SAMPLES))
                .put(samples.labels(first, RECORD_SAMPLES));
        producer.send(new ProducerRecord<>(RAW, value.array()));
      }
      producer.flush();
    }
  }

  /** Digits as LeNet takes them, the same in each process. */
  static Samples digits(int count) {
    return Samples.draw(Network.of(ModelSpec.load("lenet")), count);
  }
}
