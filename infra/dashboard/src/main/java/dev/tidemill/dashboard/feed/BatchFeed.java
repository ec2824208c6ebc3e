package dev.tidemill.dashboard.feed;

import dev.tidemill.contract.Contract;
import dev.tidemill.dashboard.state.ModelState;
import dev.tidemill.messaging.KafkaClients;
import dev.tidemill.messaging.KafkaFailures;
import dev.tidemill.messaging.MalformedRecordException;
import dev.tidemill.messaging.RecordCodec;
import dev.tidemill.runtime.Duty;
import dev.tidemill.schemas.TrainingBatch;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares some of the newest batch records with the data that the contract was derived from. It
 * reads them only while a page asks, and only if there are new ones: reading all would cost as much
 * as training on them. What goes wrong with it is shown, and ends nothing.
 */
public final class BatchFeed implements Duty {
  private static final Logger LOG = LoggerFactory.getLogger(BatchFeed.class);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration INTERVAL = Duration.ofSeconds(3);

  /** How long a page that asked counts as looking, and how long figures count as new. */
  private static final Duration LOOKING = Duration.ofSeconds(10);

  /**
   * Offsets before the end of each partition. All partitions' newest are read before older ones,
   * and the larger windows only if the smaller ones were not enough.
   */
  private static final int[] WINDOWS = {4, 16, 64};

  private static final int MOST_POLLS = 25;
  private static final int MOST_SAMPLES = 10_000;
  private static final long MOST_BYTES = 8 << 20;

  private final String name;
  private final RecordCodec codec;
  private final String topic;
  private final ModelState state;
  private final Clock clock;
  private final Consumer<byte[], byte[]> consumer;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private Map<TopicPartition, Long> measured = Map.of();
  private volatile BatchStatistics statistics = BatchStatistics.NONE;
  private volatile long askedAt;

  public BatchFeed(
      String name,
      KafkaClients clients,
      RecordCodec codec,
      String topic,
      ModelState state,
      Clock clock) {
    this.name = name;
    this.codec = codec;
    this.topic = topic;
    this.state = state;
    this.clock = clock;
    this.consumer = clients.batchConsumer(name);
  }

  /** Returns what was read last, unless it is old, and reads on for a while. Any thread. */
  public BatchStatistics statistics() {
    askedAt = clock.millis();
    BatchStatistics last = statistics;
    boolean isOld = askedAt - last.at() > LOOKING.toMillis();
    return isOld ? BatchStatistics.NONE.withError(last.error()) : last;
  }

  @Override
  public String roleName() {
    return name;
  }

  @Override
  public boolean doWork() throws InterruptedException {
    if (clock.millis() - askedAt < LOOKING.toMillis()) {
      try {
        statistics = measure();
      } catch (WakeupException e) {
        return false;
      } catch (RuntimeException e) {
        LOG.debug("the newest batches cannot be measured; trying again", e);
        measured = Map.of();
        statistics = statistics.withError(KafkaFailures.explain(e));
      }
    }
    return !stopping.await(INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
  }

  private BatchStatistics measure() {
    Contract contract = state.contract().orElse(null);
    if (contract == null) {
      return BatchStatistics.NONE.withAt(clock.millis());
    }
    BatchSample sample = new BatchSample(contract, MOST_SAMPLES);
    if (!contract.isTable()) {
      return sample.statistics(clock.millis());
    }
    List<TopicPartition> all =
        consumer.partitionsFor(topic).stream()
            .map(info -> new TopicPartition(topic, info.partition()))
            .toList();
    Map<TopicPartition, Long> ends = consumer.endOffsets(all);
    if (ends.equals(measured) && contract.version() == statistics.contract()) {
      return statistics.withAt(clock.millis());
    }
    Map<TopicPartition, Long> begins = consumer.beginningOffsets(all);
    long bytes = 0;
    int newer = 0;
    for (int window : WINDOWS) {
      for (TopicPartition partition : all) {
        long last = ends.getOrDefault(partition, 0L);
        long end = last - newer;
        long begin = Math.max(begins.getOrDefault(partition, 0L), last - window);
        if (begin < end && !sample.isFull() && bytes < MOST_BYTES) {
          bytes += read(partition, begin, end, sample);
        }
      }
      newer = window;
    }
    measured = ends;
    return sample.statistics(clock.millis());
  }

  /** Measures the records in [begin, end) and returns their size in bytes. */
  private long read(TopicPartition partition, long begin, long end, BatchSample sample) {
    long bytes = 0;
    consumer.assign(List.of(partition));
    consumer.seek(partition, begin);
    for (int i = 0; consumer.position(partition) < end; i++) {
      if (i == MOST_POLLS) {
        throw new IllegalStateException(
            "the brokers did not deliver the newest records of " + partition + " in time");
      }
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        if (record.offset() < end && !sample.isFull()) {
          bytes += record.serializedValueSize();
          add(record, sample);
        }
      }
    }
    return bytes;
  }

  private void add(ConsumerRecord<byte[], byte[]> record, BatchSample sample) {
    try {
      sample.add(codec.decode(record, TrainingBatch.class));
    } catch (MalformedRecordException e) {
      LOG.debug("a batch record cannot be decoded; its dead letter says why", e);
      sample.addUnusable();
    }
  }

  @Override
  public void wakeUp() {
    stopping.countDown();
    consumer.wakeup();
  }

  @Override
  public void onClose() {
    consumer.close();
  }
}
