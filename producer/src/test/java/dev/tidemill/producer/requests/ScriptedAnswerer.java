package dev.tidemill.producer.requests;

import static dev.tidemill.testbed.Eventually.await;

import dev.tidemill.producer.Destination;
import dev.tidemill.schemas.Prediction;
import dev.tidemill.schemas.PredictionRequest;
import dev.tidemill.testbed.UniqueName;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.producer.Producer;

/**
 * Replaces an inference worker: answers each request according to a script. The constructor returns
 * once it has joined its group, so it answers from the first request on.
 */
public final class ScriptedAnswerer implements AutoCloseable {
  private final Destination of;
  private final Function<PredictionRequest, List<Prediction>> script;
  private final AtomicBoolean joined = new AtomicBoolean();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final Thread thread = new Thread(this::answer, "answerer");

  public ScriptedAnswerer(Destination of, Function<PredictionRequest, List<Prediction>> script) {
    this.of = of;
    this.script = script;
    thread.start();
    await().until(joined::get);
  }

  /** Creates a prediction of a class. */
  public static Prediction label(PredictionRequest request, int label) {
    return prediction(request).setLabel(label).setOutputs(List.of(0.5f, 0.5f)).build();
  }

  /** Creates a prediction with probabilities. */
  public static Prediction outputs(PredictionRequest request, List<Float> probabilities) {
    return prediction(request).setLabel(0).setOutputs(probabilities).build();
  }

  /** Creates a prediction with an error. */
  public static Prediction error(PredictionRequest request, String error) {
    return prediction(request).setError(error).build();
  }

  private static Prediction.Builder prediction(PredictionRequest request) {
    return Prediction.newBuilder()
        .setRequestId(request.getRequestId())
        .setModel("m")
        .setModelVersion(3)
        .setVersionAgeMs(10)
        .setOutputs(List.of())
        .setQueuedUs(1)
        .setComputedUs(1)
        .setBatchSize(1)
        .setRequestedAt(request.getCreatedAt())
        .setCreatedAt(Instant.now())
        .setWorker("answerer");
  }

  private void answer() {
    String id = UniqueName.of("answers");
    try (Consumer<byte[], byte[]> consumer = of.clients().groupConsumer("answerer", of.model());
        Producer<byte[], byte[]> producer = of.clients().transactionalProducer(id, id)) {
      producer.initTransactions();
      consumer.subscribe(List.of(of.topics().requests()));
      while (!closed.get()) {
        ConsumerRecords<byte[], byte[]> requests = consumer.poll(Duration.ofMillis(20));
        if (!requests.isEmpty()) {
          answer(requests, producer);
        }
        joined.compareAndSet(false, !consumer.assignment().isEmpty());
      }
    }
  }

  /** Answers in one transaction, so that all answers to a request become visible together. */
  private void answer(ConsumerRecords<byte[], byte[]> requests, Producer<byte[], byte[]> producer) {
    producer.beginTransaction();
    for (ConsumerRecord<byte[], byte[]> record : requests) {
      PredictionRequest request = of.codec().decode(record, PredictionRequest.class);
      for (Prediction answer : script.apply(request)) {
        var unused =
            producer.send(
                of.codec()
                    .record(of.topics().predictions(), record.key(), answer, record.headers()));
      }
    }
    producer.commitTransaction();
  }

  @Override
  public void close() {
    closed.set(true);
    await().until(() -> !thread.isAlive());
  }
}
