package dev.tidemill.inference;

import dev.tidemill.messaging.KafkaClients;
import dev.tidemill.messaging.KafkaSettings;
import dev.tidemill.messaging.RecordCodec;
import dev.tidemill.messaging.Transactions;
import dev.tidemill.runtime.HealthMonitor;
import dev.tidemill.runtime.HealthTimeout;
import dev.tidemill.runtime.Metrics;
import dev.tidemill.schemas.PredictionRequest;
import dev.tidemill.schemas.Topics;
import dev.tidemill.schemas.tensor.FloatList;
import dev.tidemill.schemas.wire.SingleObjectFormat;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;

/**
 * Serves requests with real clients and fixed answers. Batches are sent, but not committed before a
 * gate opens.
 */
final class GatedServing implements AutoCloseable {
  /** Longer than any test waits, so that no transaction ends by its timeout. */
  private static final String LONG_OPEN_MS = "900000";

  final CountDownLatch gate;

  /** Commits that have reached the gate. */
  final AtomicInteger commits = new AtomicInteger();

  final Consumer<byte[], byte[]> consumer;
  final Delivery delivery;
  final RequestLoop loop;
  final HealthMonitor monitor;
  private final Admin admin;

  GatedServing(String bootstrapServers, String model, String worker) {
    this(bootstrapServers, model, worker, new CountDownLatch(1), delivery -> delivery);
  }

  /** Uses the caller's gate, and wraps the delivery. */
  GatedServing(
      String bootstrapServers,
      String model,
      String worker,
      CountDownLatch gate,
      UnaryOperator<Delivery> wrap) {
    this.gate = gate;
    KafkaClients clients =
        new KafkaClients(
            new KafkaSettings(
                bootstrapServers,
                Map.of(),
                Map.of("transaction.timeout.ms", LONG_OPEN_MS),
                Map.of(),
                Map.of()));
    ServingNames names = new ServingNames(model, worker);
    InferenceSettings settings =
        new InferenceSettings(
            model,
            worker,
            1,
            16,
            Duration.ZERO,
            ProcessingGuarantee.EXACTLY_ONCE,
            HealthTimeout.STANDARD);
    ServingMetrics metrics = new ServingMetrics(new Metrics(model).worker(worker), () -> 1);
    monitor = new HealthMonitor(worker, Clock.systemUTC());
    admin = clients.admin(worker + "-admin");
    consumer = clients.positionedGroupConsumer(names.requestsClient(0), names.group());
    delivery =
        wrap.apply(
            new PipelinedDelivery(
                worker + "-committer",
                ServingNames.PRODUCERS_PER_THREAD,
                number -> {
                  String id = names.transactionalId(0, number);
                  return new TransactionalSink(
                      new Transactions(gated(clients.transactionalProducer(id, id)), id, worker));
                },
                consumer,
                batch -> {}));
    loop =
        new ServingThreadFactory(
                settings,
                clients,
                admin,
                new RecordCodec(new SingleObjectFormat()),
                Topics.of("tidemill", model),
                new ServingConditions(monitor, metrics, Clock.systemUTC()),
                metrics,
                Clock.systemUTC(),
                System::nanoTime)
            .createThread(0, consumer, delivery, GatedServing::answer)
            .loop();
  }

  /** Arguments: bootstrap servers, model, worker. The gate stays closed. */
  public static void main(String[] args) throws Exception {
    GatedServing serving = new GatedServing(args[0], args[1], args[2]);
    serving.loop.onStart();
    while (serving.loop.doWork()) {
      // Runs until it is killed.
    }
  }

  /** Answers each request with its number, as version 1. */
  private static List<RequestOutcome> answer(List<PendingRequest> requests) {
    List<RequestOutcome> outcomes = new ArrayList<>();
    for (PendingRequest pending : requests) {
      PredictionRequest request = Objects.requireNonNull(pending.request());
      FloatList outputs =
          new FloatList(new float[] {Versions.answer(1, Float.parseFloat(request.getRequestId()))});
      outcomes.add(
          new RequestOutcome.Answered(
              pending,
              request,
              1,
              0,
              outputs,
              false,
              List.of(),
              new RequestOutcome.Timing(0, 0, 1)));
    }
    return outcomes;
  }

  @Override
  public void close() {
    admin.close();
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
