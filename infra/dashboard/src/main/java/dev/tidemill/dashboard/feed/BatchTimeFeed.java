package dev.tidemill.dashboard.feed;

import dev.tidemill.dashboard.state.Freshness;
import dev.tidemill.messaging.KafkaClients;
import dev.tidemill.messaging.KafkaFailures;
import dev.tidemill.runtime.Duty;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads when the oldest samples of each new version were produced: the timestamp of one record of
 * `batches` for each partition. A version of which one cannot be read is left out, and counted;
 * freshness is a distribution. So it also takes its time with a flood of versions: each one costs a
 * fetch, of which almost all is thrown away.
 */
public final class BatchTimeFeed implements Duty {
  private static final Logger LOG = LoggerFactory.getLogger(BatchTimeFeed.class);
  private static final Duration POLL = Duration.ofSeconds(2);
  private static final Duration INTERVAL = Duration.ofMillis(500);

  /** The pause between two versions. */
  private static final Duration PACE = Duration.ofMillis(100);

  private final String name;
  private final String topic;
  private final Freshness freshness;
  private final Consumer<byte[], byte[]> consumer;
  private final CountDownLatch stopping = new CountDownLatch(1);

  /**
   * @param topic the topic `batches`
   */
  public BatchTimeFeed(String name, KafkaClients clients, String topic, Freshness freshness) {
    this.name = name;
    this.topic = topic;
    this.freshness = freshness;
    this.consumer = clients.batchConsumer(name);
  }

  @Override
  public String roleName() {
    return name;
  }

  @Override
  public boolean doWork() throws InterruptedException {
    Optional<Freshness.Lookup> next = freshness.nextLookup();
    if (next.isEmpty()) {
      return !stopping.await(INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }
    Freshness.Lookup lookup = next.get();
    try {
      freshness.produced(lookup.version(), oldest(lookup.starts()));
    } catch (WakeupException e) {
      return false;
    } catch (RuntimeException e) {
      if (KafkaFailures.kind(e) != KafkaFailures.Kind.RETRIABLE
          && !(e instanceof InvalidOffsetException)
          && !(e instanceof AuthorizationException)) {
        throw e;
      }
      LOG.debug("the samples of version {} cannot be read", lookup.version(), e);
      freshness.produced(lookup.version(), Optional.empty());
    }
    return !stopping.await(PACE.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Returns empty if a partition yields nothing: the age without it could be too small. */
  private Optional<Long> oldest(Map<Integer, Long> starts) {
    Optional<Long> oldest = Optional.empty();
    for (Map.Entry<Integer, Long> start : starts.entrySet()) {
      TopicPartition partition = new TopicPartition(topic, start.getKey());
      consumer.assign(List.of(partition));
      consumer.seek(partition, start.getValue());
      ConsumerRecords<byte[], byte[]> polled = consumer.poll(POLL);
      if (polled.isEmpty()) {
        LOG.debug("{} gives nothing from offset {} in {}", partition, start.getValue(), POLL);
        return Optional.empty();
      }
      ConsumerRecord<byte[], byte[]> first = polled.records(partition).get(0);
      long at = first.timestamp();
      oldest = Optional.of(oldest.map(before -> Math.min(before, at)).orElse(at));
    }
    return oldest;
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
