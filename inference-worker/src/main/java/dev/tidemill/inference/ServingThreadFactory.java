package dev.tidemill.inference;

import dev.tidemill.messaging.DeadLetters;
import dev.tidemill.messaging.KafkaClients;
import dev.tidemill.messaging.RecordCodec;
import dev.tidemill.messaging.Transactions;
import dev.tidemill.schemas.Topics;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;

/** Creates the serving threads of a worker: each has one {@link RequestLoop}. */
final class ServingThreadFactory {
  /**
   * A transaction takes milliseconds. One that a killed worker leaves open blocks readers for up to
   * this long.
   */
  static final Duration TRANSACTION_TIMEOUT = Duration.ofSeconds(10);

  private static final long MAX_BACKLOG_BYTES = 64L << 20;
  private static final int BACKLOG_SHARE_OF_HEAP = 8;

  private final InferenceSettings settings;
  private final ServingNames names;
  private final KafkaClients clients;
  private final RecordCodec codec;
  private final Topics topics;
  private final ServingTopics servingTopics;
  private final DeadTransactions deadTransactions;
  private final ServingConditions conditions;
  private final ServingMetrics metrics;
  private final Clock clock;
  private final LongSupplier nanoTime;

  /**
   * Creates a factory with what all serving threads share.
   *
   * @param admin closed by the caller
   */
  ServingThreadFactory(
      InferenceSettings settings,
      KafkaClients clients,
      Admin admin,
      RecordCodec codec,
      Topics topics,
      ServingConditions conditions,
      ServingMetrics metrics,
      Clock clock,
      LongSupplier nanoTime) {
    this.settings = settings;
    this.names = new ServingNames(settings.model(), settings.worker());
    this.clients = clients;
    this.codec = codec;
    this.topics = topics;
    this.servingTopics = new ServingTopics(admin, topics);
    this.deadTransactions = new DeadTransactions(admin, names);
    this.conditions = conditions;
    this.metrics = metrics;
    this.clock = clock;
    this.nanoTime = nanoTime;
  }

  /** The parts of one serving thread. */
  record ServingThread(RequestLoop loop, RequestProcessor processor) {}

  /**
   * Creates the parts of a serving thread, and its Kafka clients.
   *
   * @param answerer returns the outcome of each request of a micro-batch, in the same order
   */
  ServingThread createThread(
      int thread, Function<List<PendingRequest>, List<RequestOutcome>> answerer) {
    Consumer<byte[], byte[]> consumer =
        clients.positionedGroupConsumer(names.requestsClient(thread), names.group());
    return createThread(thread, consumer, delivery(thread, consumer), answerer);
  }

  /**
   * Like {@link #createThread(int, Function)}, with a consumer and a delivery that the thread then
   * owns.
   */
  ServingThread createThread(
      int thread,
      Consumer<byte[], byte[]> consumer,
      Delivery delivery,
      Function<List<PendingRequest>, List<RequestOutcome>> answerer) {
    ConsumerOwnership ownership = new ConsumerOwnership(nanoTime);
    PartitionAssignment assignment = new PartitionAssignment(consumer);
    BlockedPartitions blocked = new BlockedPartitions();
    FailureBisection bisection = new FailureBisection(settings.maxBatchSize());
    AnswerLimit limit = new AnswerLimit();
    MicroBatcher batcher =
        new MicroBatcher(
            settings.maxBatchSize(), settings.maxQueueDelay().toNanos(), maxBacklogBytes());
    DeliveryBatchBuilder batchBuilder =
        new DeliveryBatchBuilder(
            batcher,
            requests -> ownership.releaseDuring(() -> answerer.apply(requests)),
            answers(),
            limit,
            bisection,
            blocked,
            servingTopics::requestsId,
            clients.tracing(),
            nanoTime);
    RequestProcessor processor =
        new RequestProcessor(
            codec,
            batcher,
            batchBuilder,
            limit,
            bisection,
            new RequestPartitions(
                assignment, blocked, positionInitializer(thread, consumer), conditions, nanoTime),
            delivery,
            () ->
                deadTransactions.hasNamesake(
                    names.requestsClient(thread), consumer.groupMetadata().memberId()),
            conditions,
            nanoTime);
    return new ServingThread(
        new RequestLoop(
            settings.worker() + "-serving-" + thread,
            consumer,
            topics.requests(),
            ownership,
            assignment,
            processor),
        processor);
  }

  /**
   * Returns the limit for queued requests. A request is decoded in place, so it takes about as much
   * memory as its record.
   */
  private long maxBacklogBytes() {
    long share = Runtime.getRuntime().maxMemory() / BACKLOG_SHARE_OF_HEAP / settings.threads();
    return Math.min(MAX_BACKLOG_BYTES, share);
  }

  private PredictionRecords answers() {
    return new PredictionRecords(
        settings.model(),
        settings.worker(),
        topics.predictions(),
        codec,
        new DeadLetters(codec, topics.deadLetters(), settings.worker(), clock),
        servingTopics::requestsId,
        clock);
  }

  private PositionInitializer positionInitializer(int thread, Consumer<byte[], byte[]> consumer) {
    AnsweredOffsets answered =
        new AnsweredOffsets(
            clients, settings.worker() + "-positions-" + thread, codec, topics.predictions());
    return new BrokerPositionInitializer(
        deadTransactions,
        servingTopics,
        new RequestPositions(consumer, servingTopics::requestsId, answered, conditions));
  }

  private Delivery delivery(int thread, Consumer<byte[], byte[]> consumer) {
    boolean isExactlyOnce = settings.guarantee() == ProcessingGuarantee.EXACTLY_ONCE;
    return new PipelinedDelivery(
        settings.worker() + "-committer-" + thread,
        isExactlyOnce ? ServingNames.PRODUCERS_PER_THREAD : 1,
        number -> isExactlyOnce ? transactions(thread, number) : plain(thread),
        consumer,
        receipts -> {
          int expired = metrics.delivered(receipts, nanoTime.getAsLong(), clock.millis());
          if (expired > 0) {
            conditions.requestsExpired(expired);
          }
          receipts.forEach(AnswerReceipt::endSpan);
        });
  }

  private AnswerSink plain(int thread) {
    return new PlainSink(clients.answeringProducer(settings.worker() + "-answers-" + thread));
  }

  /** Uses an id of worker and producer, so that a restarted worker ends what it left open. */
  private AnswerSink transactions(int thread, int number) {
    String id = names.transactionalId(thread, number);
    String clientId =
        settings.worker() + "-answers-" + (ServingNames.PRODUCERS_PER_THREAD * thread + number);
    return new TransactionalSink(
        new Transactions(
            clients.answeringProducer(clientId, id, TRANSACTION_TIMEOUT),
            id,
            "inference worker named " + settings.worker()));
  }
}
