package dev.tidemill.inference;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * At least once: writes answers first, then commits offsets. A crash in between causes duplicates.
 */
final class PlainSink implements AnswerSink {
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

  private final Producer<byte[], byte[]> producer;

  /** Takes ownership of the producer. */
  PlainSink(Producer<byte[], byte[]> producer) {
    this.producer = producer;
  }

  @Override
  public Commit begin() {
    return new Acknowledgements(producer);
  }

  @Override
  public void close() {
    producer.close(CLOSE_TIMEOUT);
  }

  /** Counts the unacknowledged records, plus one until the commit begins. */
  private static final class Acknowledgements implements Commit, Callback {
    private final Producer<byte[], byte[]> producer;
    private final AtomicInteger left = new AtomicInteger(1);
    private final CompletableFuture<@Nullable Void> written = new CompletableFuture<>();

    Acknowledgements(Producer<byte[], byte[]> producer) {
      this.producer = producer;
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // The callback gets the result.
    public void send(List<ProducerRecord<byte[], byte[]>> records) {
      for (ProducerRecord<byte[], byte[]> record : records) {
        // After a failure, each further record could wait for max.block.ms in vain.
        if (!written.isDone()) {
          left.incrementAndGet();
          producer.send(record, this);
        }
      }
    }

    @Override
    public void onCompletion(@Nullable RecordMetadata at, @Nullable Exception failure) {
      if (failure != null) {
        written.completeExceptionally(failure);
      } else {
        acknowledged();
      }
    }

    private void acknowledged() {
      if (left.decrementAndGet() == 0) {
        written.complete(null);
      }
    }

    @Override
    public Map<TopicPartition, OffsetAndMetadata> commit(
        Map<TopicPartition, OffsetAndMetadata> offsets, ConsumerGroupMetadata group)
        throws InterruptedException {
      acknowledged();
      try {
        written.get();
      } catch (ExecutionException e) {
        throw new KafkaException("an answer was not written", e.getCause());
      }
      return offsets;
    }

    /** Does nothing: what was sent stays, and its offsets are not committed. */
    @Override
    public void abort() {}
  }
}
