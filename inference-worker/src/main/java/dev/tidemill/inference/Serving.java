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

/** Puts together what serves a model's requests: one {@link RequestLoop} a thread. */
final class Serving {
  /** A transaction takes milliseconds; one that a killed worker leaves open holds readers up. */
  static final Duration TRANSACTION_OPEN_AT_MOST = Duration.ofSeconds(10);

  private static final long MOST_BACKLOG_BYTES = 64L << 20;
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
   * With what its threads share.
   *
   * @param admin stays the caller's
   */
  Serving(
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

  /** What one thread serves with. */
  record Lane(RequestLoop loop, RequestProcessor processor) {}

  /**
   * Makes a thread's part, its Kafka clients included.
   *
   * @param answerer what comes of each request of a micro-batch, in their order
   */
  Lane thread(int thread, Function<List<PendingRequest>, List<RequestOutcome>> answerer) {
    Consumer<byte[], byte[]> consumer =
        clients.positionedGroupConsumer(names.requestsClient(thread), names.group());
    return thread(thread, consumer, delivery(thread, consumer), answerer);
  }

  /** As {@link #thread(int, Function)}, with a consumer and a delivery that it will own. */
  Lane thread(
      int thread,
      Consumer<byte[], byte[]> consumer,
      Delivery delivery,
      Function<List<PendingRequest>, List<RequestOutcome>> answerer) {
    ConsumerOwnership ownership = new ConsumerOwnership(nanoTime);
    PartitionAssignment assignment = new PartitionAssignment(consumer);
    BlockedPartitions blocked = new BlockedPartitions();
    FailureBisection isolation = new FailureBisection(settings.maxBatchSize());
    AnswerLimit limit = new AnswerLimit();
    MicroBatcher batcher =
        new MicroBatcher(
            settings.maxBatchSize(), settings.maxQueueDelay().toNanos(), mostBacklogBytes());
    DeliveryBatchBuilder rounds =
        new DeliveryBatchBuilder(
            batcher,
            requests -> ownership.without(() -> answerer.apply(requests)),
            answers(),
            limit,
            isolation,
            blocked,
            servingTopics::requestsId,
            nanoTime);
    RequestProcessor processor =
        new RequestProcessor(
            codec,
            batcher,
            rounds,
            limit,
            isolation,
            new RequestPartitions(
                assignment, blocked, placer(thread, consumer), conditions, nanoTime),
            delivery,
            () ->
                deadTransactions.hasNamesake(
                    names.requestsClient(thread), consumer.groupMetadata().memberId()),
            conditions,
            nanoTime);
    return new Lane(
        new RequestLoop(
            settings.worker() + "-serves-" + thread,
            consumer,
            topics.requests(),
            ownership,
            assignment,
            processor),
        processor);
  }

  /** Requests are decoded in place: what a record takes is about what it takes here. */
  private long mostBacklogBytes() {
    long share = Runtime.getRuntime().maxMemory() / BACKLOG_SHARE_OF_HEAP / settings.threads();
    return Math.min(MOST_BACKLOG_BYTES, share);
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

  private PositionInitializer placer(int thread, Consumer<byte[], byte[]> consumer) {
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
        settings.worker() + "-commits-" + thread,
        isExactlyOnce ? ServingNames.PRODUCERS_A_THREAD : 1,
        number -> isExactlyOnce ? transactions(thread, number) : plain(thread),
        consumer,
        told -> metrics.delivered(told, nanoTime.getAsLong()));
  }

  private AnswerSink plain(int thread) {
    return new PlainSink(clients.answeringProducer(settings.worker() + "-answers-" + thread));
  }

  /** The id tells worker and producer, so that a worker which starts again ends what it left. */
  private AnswerSink transactions(int thread, int number) {
    String id = names.transactionalId(thread, number);
    String clientId =
        settings.worker() + "-answers-" + (ServingNames.PRODUCERS_A_THREAD * thread + number);
    return new TransactionalSink(
        new Transactions(
            clients.answeringProducer(clientId, id, TRANSACTION_OPEN_AT_MOST),
            id,
            "inference worker named " + settings.worker()));
  }
}
