package dev.tidemill.dashboard.feed;

import dev.tidemill.contract.Contract;
import dev.tidemill.contract.FeatureComparison;
import dev.tidemill.contract.FeatureMonitor;
import dev.tidemill.dashboard.state.ModelState;
import dev.tidemill.messaging.KafkaClients;
import dev.tidemill.messaging.KafkaFailures;
import dev.tidemill.messaging.MalformedRecordException;
import dev.tidemill.messaging.RecordCodec;
import dev.tidemill.runtime.Duty;
import dev.tidemill.schemas.Tensor;
import dev.tidemill.schemas.TrainingBatch;
import dev.tidemill.schemas.tensor.MalformedTensorException;
import dev.tidemill.schemas.tensor.Tensors;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares the newest batch records with the data that the contract was derived from. It reads a
 * few records of each partition, and only while a page asks: reading all would cost as much as
 * training on them.
 */
public final class BatchFeed implements Duty {
  private static final Logger LOG = LoggerFactory.getLogger(BatchFeed.class);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration INTERVAL = Duration.ofSeconds(3);

  /** How long a page that asked counts as looking. */
  private static final Duration LOOKING = Duration.ofSeconds(10);

  /** Records of each partition; twice as many offsets, because half may be transaction markers. */
  private static final int RECORDS = 32;

  private static final int MOST_POLLS = 10;
  private static final int MOST_SAMPLES = 20_000;

  /** The default of data.gate.psi. */
  private static final double STABILITY_LIMIT = 0.25;

  private final String name;
  private final RecordCodec codec;
  private final String topic;
  private final ModelState state;
  private final LongSupplier nanoTime;
  private final Consumer<byte[], byte[]> consumer;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private volatile Statistics statistics = Statistics.NONE;
  private volatile long askedAt;
  private volatile boolean asked;

  public BatchFeed(
      String name,
      KafkaClients clients,
      RecordCodec codec,
      String topic,
      ModelState state,
      LongSupplier nanoTime) {
    this.name = name;
    this.codec = codec;
    this.topic = topic;
    this.state = state;
    this.nanoTime = nanoTime;
    this.consumer = clients.batchConsumer(name);
  }

  /** Returns what was read last, and reads on for a while. Any thread. */
  public Statistics statistics() {
    askedAt = nanoTime.getAsLong();
    asked = true;
    return statistics;
  }

  @Override
  public String roleName() {
    return name;
  }

  @Override
  public boolean doWork() throws InterruptedException {
    if (asked && nanoTime.getAsLong() - askedAt < LOOKING.toNanos()) {
      try {
        statistics = measure();
      } catch (WakeupException e) {
        return false;
      } catch (RuntimeException e) {
        if (KafkaFailures.kind(e) != KafkaFailures.Kind.RETRIABLE
            && !(e instanceof InvalidOffsetException)) {
          throw e;
        }
        LOG.debug("the newest batches cannot be read; retrying", e);
      }
    }
    return !stopping.await(INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
  }

  private Statistics measure() {
    Contract contract = state.contract().orElse(null);
    if (contract == null) {
      return Statistics.NONE;
    }
    FeatureMonitor monitor = new FeatureMonitor(contract);
    Counts counts = new Counts();
    for (PartitionInfo info : consumer.partitionsFor(topic)) {
      for (ConsumerRecord<byte[], byte[]> record :
          newest(new TopicPartition(topic, info.partition()))) {
        add(record, contract, monitor, counts);
      }
    }
    return new Statistics(
        contract.version(),
        counts.records,
        counts.samples,
        counts.otherVersions,
        counts.unusable,
        monitor.compare(STABILITY_LIMIT));
  }

  private List<ConsumerRecord<byte[], byte[]>> newest(TopicPartition partition) {
    List<TopicPartition> one = List.of(partition);
    consumer.assign(one);
    Map<TopicPartition, Long> ends = consumer.endOffsets(one);
    long end = ends.getOrDefault(partition, 0L);
    long begin = consumer.beginningOffsets(one).getOrDefault(partition, 0L);
    consumer.seek(partition, Math.max(begin, end - 2L * RECORDS));
    Deque<ConsumerRecord<byte[], byte[]>> newest = new ArrayDeque<>();
    for (int i = 0; i < MOST_POLLS && consumer.position(partition) < end; i++) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        if (newest.size() == RECORDS) {
          newest.removeFirst();
        }
        newest.addLast(record);
      }
    }
    return new ArrayList<>(newest);
  }

  private void add(
      ConsumerRecord<byte[], byte[]> record,
      Contract contract,
      FeatureMonitor monitor,
      Counts counts) {
    try {
      TrainingBatch batch = codec.decode(record, TrainingBatch.class);
      if (batch.getContract() != contract.version()) {
        counts.otherVersions++;
        return;
      }
      Tensor inputs = Tensors.check(batch.getInputs());
      int samples = Math.toIntExact(inputs.getShape().get(0));
      long count = Tensors.elementCount(inputs);
      boolean fits = contract.isTable() && count == (long) samples * contract.width();
      if (!fits || counts.samples + samples > MOST_SAMPLES) {
        counts.unusable += fits ? 0 : 1;
        return;
      }
      float[] elements = new float[Math.toIntExact(count)];
      Tensors.copyTo(inputs, 0, elements.length, elements, 0);
      monitor.add(samples, i -> elements[i]);
      counts.records++;
      counts.samples += samples;
    } catch (MalformedRecordException | MalformedTensorException e) {
      LOG.debug("a batch record cannot be used; the trainer says why", e);
      counts.unusable++;
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

  private static final class Counts {
    private long records;
    private long samples;
    private long otherVersions;
    private long unusable;
  }

  /**
   * The features of the newest batch records.
   *
   * @param contract version of the contract; 0 if there is none
   * @param records batch records that were measured
   * @param otherVersions records of another contract version, which are left out
   * @param unusable records that are no samples of the contract
   */
  public record Statistics(
      int contract,
      long records,
      long samples,
      long otherVersions,
      long unusable,
      List<FeatureComparison> features) {
    static final Statistics NONE = new Statistics(0, 0, 0, 0, 0, List.of());
  }
}
