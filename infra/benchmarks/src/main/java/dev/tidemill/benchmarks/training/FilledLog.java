package dev.tidemill.benchmarks.training;

import dev.tidemill.messaging.KafkaClients;
import dev.tidemill.messaging.KafkaSettings;
import dev.tidemill.messaging.RecordCodec;
import dev.tidemill.messaging.TopicAdmin;
import dev.tidemill.messaging.TopicPlan;
import dev.tidemill.schemas.DType;
import dev.tidemill.schemas.Tensor;
import dev.tidemill.schemas.Topics;
import dev.tidemill.schemas.TrainingBatch;
import dev.tidemill.schemas.wire.SingleObjectFormat;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * A broker's topics with the same samples in the same records, each of one partition: {@code
 * batches} as we send them, {@code raw} without Avro (images, then labels) for the Python loop, and
 * an empty one for its checkpoints.
 */
final class FilledLog {
  /** Samples in a record: what the producer sends unless it is told otherwise. */
  static final int RECORD_SAMPLES = 32;

  static final String RAW = "bench.raw";
  static final String PYTHON_CHECKPOINTS = "bench.python-checkpoints";
  static final Topics BATCHES = Topics.of("bench", "data");

  private static final int DISTINCT_SAMPLES = 16_384;

  private final DigitData data = DigitData.draw(DISTINCT_SAMPLES);
  private final KafkaClients clients;

  private FilledLog(String bootstrapServers) {
    this.clients = new KafkaClients(KafkaSettings.at(bootstrapServers));
  }

  /** Makes the topics and fills them with so many samples each. */
  static void fill(String bootstrapServers, long samples, long rawSamples) throws Exception {
    FilledLog log = new FilledLog(bootstrapServers);
    try (TopicAdmin topics = new TopicAdmin(log.clients, "bench");
        Admin admin = log.clients.admin("bench")) {
      List<String> unused = topics.create(BATCHES, new TopicPlan(1, 1, 1));
      admin
          .createTopics(
              List.of(
                  new NewTopic(RAW, 1, (short) 1), new NewTopic(PYTHON_CHECKPOINTS, 1, (short) 1)))
          .all()
          .get();
    }
    RecordCodec codec = new RecordCodec(new SingleObjectFormat());
    log.send(samples, at -> codec.record(BATCHES.batches(), null, log.batch(at)));
    log.send(rawSamples, at -> new ProducerRecord<>(RAW, log.raw(at)));
  }

  private interface RecordAt {
    ProducerRecord<byte[], byte[]> make(int firstSample);
  }

  @SuppressWarnings("FutureReturnValueIgnored") // flush() and close() wait; a loss shows as an end.
  private void send(long samples, RecordAt records) {
    try (Producer<byte[], byte[]> producer = clients.bulkProducer("bench-fill")) {
      for (long at = 0; at < samples; at += RECORD_SAMPLES) {
        producer.send(records.make((int) (at % DISTINCT_SAMPLES)));
      }
      producer.flush();
    }
  }

  private TrainingBatch batch(int first) {
    return TrainingBatch.newBuilder()
        .setSource("bench")
        .setSequence(0)
        .setFirstSample(first)
        .setInputs(
            tensor(
                DType.UINT8,
                List.of((long) RECORD_SAMPLES, 1L, (long) DigitData.SIDE, (long) DigitData.SIDE),
                data.images(first, RECORD_SAMPLES)))
        .setLabels(
            tensor(DType.INT32, List.of((long) RECORD_SAMPLES), data.labels(first, RECORD_SAMPLES)))
        .setCreatedAt(Instant.EPOCH)
        .setStandardization(null)
        .setMetadata(Map.of())
        .build();
  }

  private static Tensor tensor(DType dtype, List<Long> shape, ByteBuffer bytes) {
    return Tensor.newBuilder().setDtype(dtype).setShape(shape).setData(bytes).build();
  }

  private byte[] raw(int first) {
    ByteBuffer images = data.images(first, RECORD_SAMPLES);
    ByteBuffer labels = data.labels(first, RECORD_SAMPLES);
    return ByteBuffer.allocate(images.remaining() + labels.remaining())
        .put(images)
        .put(labels)
        .array();
  }
}
