package dev.tidemill.benchmarks.serving;

import dev.tidemill.messaging.KafkaClients;
import dev.tidemill.messaging.KafkaSettings;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.jspecify.annotations.Nullable;

/**
 * The way to one target and back: one thread sends what is due, one reads answers. Its clients live
 * as long as it does, so that rounds find them warm. One order at a time.
 */
final class LoadLine implements AutoCloseable {
  /** After the last request was sent, or the last answer came. */
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);

  /** Between an order and its first request. */
  private static final long LEAD_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final LoadTarget target;
  private final RequestForm form;
  private final Producer<byte[], byte[]> onTime;
  private final Producer<byte[], byte[]> atOnce;
  private final Consumer<byte[], byte[]> answers;
  private long next;

  LoadLine(String bootstrapServers, LoadTarget target) {
    this.target = target;
    this.form = RequestForm.named(target.form());
    String id = "load-" + target.name() + "-" + UUID.randomUUID();
    onTime = clients(bootstrapServers, Map.of("linger.ms", "1")).producer(id);
    atOnce =
        clients(bootstrapServers, Map.of("linger.ms", "5", "batch.size", "262144"))
            .transactionalProducer(id + "-backlog", id);
    atOnce.initTransactions();
    answers = clients(bootstrapServers, Map.of()).assignedConsumer(id);
  }

  private static KafkaClients clients(String bootstrapServers, Map<String, String> more) {
    Map<String, String> producer = new HashMap<>(more);
    // Reading compressed requests would cost those who are measured.
    producer.put("compression.type", "none");
    return new KafkaClients(
        new KafkaSettings(bootstrapServers, Map.of(), producer, Map.of(), Map.of()));
  }

  /** Requests on time for so long, and their answers. */
  LoadResult load(LoadOrder order) throws InterruptedException {
    long first = take(order.count());
    Schedule schedule = new Schedule(System.nanoTime() + LEAD_NANOS, order.perSecond());
    AnswerTally tally =
        new AnswerTally(first, order.count(), order.warmCount(), schedule::dueNanos);
    RequestSender sender = new RequestSender(onTime, target.requests(), target.partitions(), form);
    VersionsSeen versions = order.versions() ? new VersionsSeen() : null;
    answered(tally, versions, () -> sender.sendWhenDue(first, order.count(), schedule));
    return result(tally, sender, versions);
  }

  /** Requests that can all be read at one moment, when their transaction is committed. */
  LoadResult backlog(int count) throws InterruptedException {
    long first = take(count);
    RequestSender sender = new RequestSender(atOnce, target.requests(), target.partitions(), form);
    atOnce.beginTransaction();
    sender.send(first, count);
    long visible = System.nanoTime();
    AnswerTally tally = new AnswerTally(first, count, 0, place -> visible);
    answered(tally, null, atOnce::commitTransaction);
    return result(tally, sender, null);
  }

  private long take(int count) {
    long first = next;
    next += count;
    return first;
  }

  /** Sends on this thread and reads on another, until all are answered or given up. */
  private void answered(AnswerTally tally, @Nullable VersionsSeen versions, Runnable send)
      throws InterruptedException {
    CountDownLatch sent = new CountDownLatch(1);
    AnswerReader reader = new AnswerReader(answers, target.answers());
    reader.seekToEnd();
    FutureTask<Void> reading =
        new FutureTask<>(() -> reader.read(tally, versions, new GivesUp(sent, tally)::now), null);
    new Thread(reading, "answers").start();
    try {
      send.run();
    } finally {
      sent.countDown();
    }
    try {
      reading.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("answers on " + target.answers() + " cannot be read", e);
    }
  }

  /** Slow is not silent: as long as answers come, they are waited for. The reader's thread. */
  private static final class GivesUp {
    private final CountDownLatch sent;
    private final AnswerTally tally;
    private int missing = Integer.MAX_VALUE;
    private long sinceNanos;

    GivesUp(CountDownLatch sent, AnswerTally tally) {
      this.sent = sent;
      this.tally = tally;
    }

    boolean now() {
      long now = System.nanoTime();
      if (sent.getCount() > 0 || tally.missing() < missing) {
        missing = tally.missing();
        sinceNanos = now;
      }
      return now - sinceNanos > PATIENCE_NANOS;
    }
  }

  private static LoadResult result(
      AnswerTally tally, RequestSender sender, @Nullable VersionsSeen versions) {
    return new LoadResult(
        tally.count(),
        tally.missing(),
        tally.twice(),
        tally.perSecond(),
        tally.keptUpPerSecond(),
        tally.micros(50),
        tally.micros(99),
        tally.micros(99.9),
        sender.lateP99Micros(),
        versions == null ? Map.of() : versions.firstMicros());
  }

  @Override
  public void close() {
    onTime.close();
    atOnce.close();
    answers.close();
  }
}
