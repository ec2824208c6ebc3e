package dev.tidemill.benchmarks.serving;

import dev.tidemill.benchmarks.BenchmarkException;
import dev.tidemill.benchmarks.Service;
import dev.tidemill.messaging.KafkaClients;
import dev.tidemill.messaging.KafkaSettings;
import dev.tidemill.schemas.Prediction;
import dev.tidemill.schemas.wire.SingleObjectFormat;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * The connection to one target: one thread sends requests, one reads committed answers, and only
 * their keys. Its clients stay open, so that rounds find them warm. One order at a time.
 */
final class LoadLine implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(100);

  /** The longest wait after the last request or answer: slow is not silent. */
  private static final long SILENCE_NANOS = TimeUnit.SECONDS.toNanos(20);

  /** The longest wait for a process that starts. */
  private static final long START_NANOS = TimeUnit.SECONDS.toNanos(90);

  /** Waking up costs more than sending: requests that fall due meanwhile are sent together. */
  private static final long SHORTEST_SLEEP_NANOS = TimeUnit.MICROSECONDS.toNanos(500);

  /** Between an order and its first request. */
  private static final long LEAD_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  final LoadTarget target;
  private final Producer<byte[], byte[]> onTime;
  private final Producer<byte[], byte[]> atOnce;
  private final Consumer<byte[], byte[]> answers;
  private final RequestForm form;
  private final SingleObjectFormat format = new SingleObjectFormat();
  private long next;

  LoadLine(String bootstrapServers, LoadTarget target) {
    this.target = target;
    form = RequestForm.named(target.form());
    String id = "load-" + target.name() + "-" + UUID.randomUUID();
    KafkaClients clients = new KafkaClients(settings(bootstrapServers, Map.of("linger.ms", "1")));
    Map<String, String> bulk = Map.of("linger.ms", "5", "batch.size", "262144");
    onTime = clients.producer(id);
    answers = clients.assignedConsumer(id);
    atOnce =
        new KafkaClients(settings(bootstrapServers, bulk))
            .transactionalProducer(id + "-backlog", id);
    atOnce.initTransactions();
  }

  private static KafkaSettings settings(String bootstrapServers, Map<String, String> more) {
    Map<String, String> producer = new HashMap<>(more);
    // Those who are measured would pay for decompression.
    producer.put("compression.type", "none");
    return new KafkaSettings(bootstrapServers, Map.of(), producer, Map.of(), Map.of());
  }

  LoadResult run(LoadOrder order) {
    return order.backlog() > 0 ? backlog(order) : openLoop(order);
  }

  private LoadResult openLoop(LoadOrder order) {
    int count = order.count();
    long first = take(count);
    Schedule schedule = new Schedule(System.nanoTime() + LEAD_NANOS, order.perSecond());
    int warm = (int) (order.perSecond() * order.warmSeconds());
    AnswerTally tally = new AnswerTally(first, count, warm, schedule::dueNanos);
    awaitAnswers(tally, order.versions(), () -> sendWhenDue(first, count, schedule));
    return tally.result();
  }

  /** All requests become readable at one moment, when their transaction is committed. */
  private LoadResult backlog(LoadOrder order) {
    int count = order.count();
    long first = take(count);
    atOnce.beginTransaction();
    send(atOnce, first, count);
    long visible = System.nanoTime();
    AnswerTally tally = new AnswerTally(first, count, 0, place -> visible);
    awaitAnswers(tally, false, atOnce::commitTransaction);
    return tally.result();
  }

  /** Sends one request, for a process that is to be started at once. */
  AnswerTally ask() {
    long number = take(1);
    seekToEnd();
    send(onTime, number, 1);
    long begin = System.nanoTime();
    return new AnswerTally(number, 1, 0, place -> begin);
  }

  /**
   * Waits for the committed answer to one request.
   *
   * @return the seconds since it was sent
   * @throws BenchmarkException if the process ends, or does not answer in time
   */
  double awaitAnswer(AnswerTally asked, Service process) {
    long limit = System.nanoTime() + START_NANOS;
    while (!asked.isComplete()) {
      process.requireAlive();
      if (System.nanoTime() > limit) {
        throw new BenchmarkException(target.name() + " did not answer within 90 s of its start");
      }
      read(asked, false);
    }
    return asked.micros(100) / 1e6;
  }

  /** Sends each request when it is due, or as soon after as possible. Does not wait for answers. */
  private void sendWhenDue(long first, int count, Schedule schedule) {
    for (int place = 0; place < count; place++) {
      long due = schedule.dueNanos(place);
      for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
        LockSupport.parkNanos(Math.max(left, SHORTEST_SLEEP_NANOS));
      }
      send(onTime, first + place);
    }
    onTime.flush();
  }

  /** Sends as fast as possible. */
  private void send(Producer<byte[], byte[]> producer, long first, int count) {
    for (long number = first; number < first + count; number++) {
      send(producer, number);
    }
    producer.flush();
  }

  /** Sends to the partitions in turn. A request that is not written is one without an answer. */
  private void send(Producer<byte[], byte[]> producer, long number) {
    int partition = (int) (number % target.partitions());
    byte[] key = RequestForm.key(number);
    // The client copies the value before it returns, so the form may reuse its memory.
    var unused =
        producer.send(new ProducerRecord<>(target.requests(), partition, key, form.value(number)));
  }

  /** Microseconds since the epoch, on the clock that all processes share. */
  static long micros() {
    return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
  }

  private long take(int count) {
    long first = next;
    next += count;
    return first;
  }

  /** Sends on this thread and reads on another, until all are answered or it gives up. */
  private void awaitAnswers(AnswerTally tally, boolean versions, Runnable send) {
    AtomicLong sentNanos = new AtomicLong(Long.MAX_VALUE);
    seekToEnd();
    CompletableFuture<Void> reading =
        CompletableFuture.runAsync(
            () -> {
              long since = Long.MAX_VALUE;
              while (!tally.isComplete() && since > System.nanoTime() - SILENCE_NANOS) {
                read(tally, versions);
                since = Math.max(sentNanos.get(), tally.lastNanos());
              }
            },
            reader -> new Thread(reader, "answers").start());
    try {
      send.run();
    } finally {
      sentNanos.set(System.nanoTime());
    }
    reading.join();
  }

  private void seekToEnd() {
    List<TopicPartition> partitions =
        answers.partitionsFor(target.answers()).stream()
            .map(partition -> new TopicPartition(target.answers(), partition.partition()))
            .toList();
    answers.assign(partitions);
    // Looks the positions up now; the consumer's own seekToEnd waits for a poll.
    answers.endOffsets(partitions).forEach(answers::seek);
  }

  /** Reads what there is, or waits a moment. */
  private void read(AnswerTally tally, boolean versions) {
    ConsumerRecords<byte[], byte[]> records = answers.poll(POLL);
    long nowNanos = System.nanoTime();
    long nowMicros = micros();
    for (ConsumerRecord<byte[], byte[]> record : records) {
      tally.answered(RequestForm.number(record.key()), nowNanos);
      if (versions) {
        Prediction answer = format.decode("predictions", record.value(), Prediction.class);
        tally.answeredBy(answer.getModelVersion(), nowMicros);
      }
    }
  }

  @Override
  public void close() {
    onTime.close();
    atOnce.close();
    answers.close();
  }
}
