package dev.tidemill.benchmarks.watching;

import dev.tidemill.benchmarks.BenchmarkException;
import dev.tidemill.cli.run.ModelContext;
import dev.tidemill.messaging.TopicAdmin;
import dev.tidemill.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Writes one record after another to each of a model's topics, at a steady rate, as its workers,
 * callers and operators would. Every version is served as soon as it is published.
 */
final class TopicLoad {
  private final ModelContext context;
  private final int perSecond;
  private final TrainingRecords training;
  private final LineageRecords lineage;
  private final ControlRecords control;
  private final ServingRecords serving;
  private long sent;
  private volatile @Nullable Exception failure;

  /**
   * @param context of a model whose topics are empty
   */
  TopicLoad(ModelContext context, int perSecond) {
    this.context = context;
    this.perSecond = perSecond;
    try (TopicAdmin admin = context.openAdmin()) {
      String batchesId = id(admin, Topics.Name.BATCHES);
      this.training = new TrainingRecords(context.model(), perSecond);
      this.lineage = new LineageRecords(context, batchesId);
      this.control =
          new ControlRecords(
              context.model(),
              context.topics().batches(),
              batchesId,
              id(admin, Topics.Name.DEAD_LETTERS));
    }
    this.serving = new ServingRecords(context.model(), context.topics().requests());
  }

  private String id(TopicAdmin admin, Topics.Name name) {
    return admin.describe(context.topics(), name).id().toString();
  }

  /** Returns the number of records that each topic has got. */
  long sent() {
    return sent;
  }

  long newestVersion() {
    return lineage.newest();
  }

  /** Writes for some seconds, or until {@code stop} returns true. */
  void run(double seconds, BooleanSupplier stop) {
    long began = System.nanoTime();
    long end = (long) (seconds * perSecond);
    try (Producer<byte[], byte[]> producer = context.clients().bulkProducer("bench-load")) {
      for (long number = 0; number < end && !stop.getAsBoolean(); ) {
        double elapsed = (System.nanoTime() - began) / 1e9;
        long due = Math.min(end, (long) (elapsed * perSecond));
        while (number < due) {
          send(producer, sent++);
          number++;
        }
        LockSupport.parkNanos(2_000_000);
      }
      producer.flush();
    }
    Exception failed = failure;
    if (failed != null) {
      throw new BenchmarkException("a record was not written", failed);
    }
  }

  private void send(Producer<byte[], byte[]> producer, long number) {
    Instant now = Instant.now();
    Topics topics = context.topics();
    String id = "r-" + number;
    int contract = Math.toIntExact(number + 1);
    write(producer, topics.contract(), "" + contract, training.contract(contract, now));
    write(producer, topics.batches(), "bench", training.batch(number, contract, now));
    lineage.next(number + 1, contract, now).forEach(record -> write(producer, record));
    write(producer, topics.progress(), "bench", training.progress(number, newestVersion(), now));
    write(producer, topics.requests(), id, serving.request(id, now));
    write(producer, topics.predictions(), id, serving.prediction(number, newestVersion(), now));
    write(producer, topics.labels(), id, serving.label(number, now));
    write(producer, topics.deadLetters(), id, serving.letter(number, now));
    write(producer, topics.control(), context.model(), control.event(number, newestVersion(), now));
  }

  private void write(
      Producer<byte[], byte[]> producer, String topic, String key, SpecificRecord value) {
    write(
        producer,
        context.codec().record(topic, 0, key.getBytes(StandardCharsets.UTF_8), value, List.of()));
  }

  // The callback has the result.
  @SuppressWarnings("FutureReturnValueIgnored")
  private void write(Producer<byte[], byte[]> producer, ProducerRecord<byte[], byte[]> record) {
    producer.send(record, (metadata, fault) -> failure = fault == null ? failure : fault);
  }
}
