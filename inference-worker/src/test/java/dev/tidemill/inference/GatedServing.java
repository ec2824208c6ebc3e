package dev.tidemill.inference;

import dev.tidemill.messaging.DeadLetters;
import dev.tidemill.messaging.KafkaClients;
import dev.tidemill.messaging.KafkaSettings;
import dev.tidemill.messaging.RecordCodec;
import dev.tidemill.messaging.RecordLoop;
import dev.tidemill.messaging.Transactions;
import dev.tidemill.runtime.Metrics;
import dev.tidemill.schemas.PredictionRequest;
import dev.tidemill.schemas.Topics;
import dev.tidemill.schemas.tensor.FloatList;
import dev.tidemill.schemas.wire.SingleObjectFormat;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;

/**
 * What serves requests, with real clients and answers of its own making, whose rounds are sent and
 * not committed before a gate opens.
 */
final class GatedServing {
  final CountDownLatch gate = new CountDownLatch(1);

  /** Commits that came to the gate. */
  final AtomicInteger commits = new AtomicInteger();

  final Consumer<byte[], byte[]> consumer;
  final ExactlyOnceDelivery delivery;
  private final String worker;
  private final Topics topics;
  private final RecordCodec codec = new RecordCodec(new SingleObjectFormat());

  GatedServing(String bootstrapServers, String model, String worker) {
    this.worker = worker;
    topics = Topics.of("tidemill", model);
    KafkaClients clients = new KafkaClients(KafkaSettings.at(bootstrapServers));
    String group = InferenceWorker.group(model);
    consumer = clients.groupConsumer(worker, group);
    delivery =
        new ExactlyOnceDelivery(
            worker + "-commits",
            number -> {
              String id = group + "-" + worker + "-" + number;
              return new Transactions(gated(clients.transactionalProducer(id, id)), id, worker);
            },
            consumer,
            round -> {});
  }

  /** Arguments: bootstrap servers, model, worker. The gate stays closed. */
  public static void main(String[] args) throws Exception {
    GatedServing serving = new GatedServing(args[0], args[1], args[2]);
    RecordLoop loop = serving.loop(serving.delivery);
    loop.onStart();
    while (loop.doWork()) {
      // Ends by being killed.
    }
  }

  /** Answers everything with the request's number, by version 1. */
  RecordLoop loop(Delivery deliveredBy) {
    Clock clock = Clock.systemUTC();
    return RecordLoop.subscribed(
        worker,
        consumer,
        List.of(topics.requests()),
        new RequestPolicy(
            consumer,
            codec,
            new MicroBatcher(16, 0),
            GatedServing::answer,
            new Answers(
                "m",
                worker,
                topics.predictions(),
                codec,
                new DeadLetters(codec, topics.deadLetters(), worker, clock),
                clock),
            deliveredBy,
            new ServingMetrics(new Metrics(), "m", worker, () -> 1),
            System::nanoTime));
  }

  private static List<Outcome> answer(List<PendingRequest> requests) {
    List<Outcome> outcomes = new ArrayList<>();
    for (PendingRequest pending : requests) {
      PredictionRequest request = Objects.requireNonNull(pending.request());
      FloatList outputs =
          new FloatList(new float[] {Versions.answer(1, Float.parseFloat(request.getRequestId()))});
      outcomes.add(
          new Outcome.Answered(
              pending, request, 1, 0, outputs, false, new Outcome.Timing(0, 0, 1)));
    }
    return outcomes;
  }

  @SuppressWarnings("unchecked")
  private Producer<byte[], byte[]> gated(Producer<byte[], byte[]> producer) {
    return (Producer<byte[], byte[]>)
        Proxy.newProxyInstance(
            Producer.class.getClassLoader(),
            new Class<?>[] {Producer.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("sendOffsetsToTransaction")) {
                commits.incrementAndGet();
                gate.await();
              }
              try {
                return method.invoke(producer, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
