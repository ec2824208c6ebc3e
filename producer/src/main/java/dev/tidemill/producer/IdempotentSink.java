package dev.tidemill.producer;

import dev.tidemill.schemas.TrainingBatch;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Writes records with an idempotent producer, without transactions. A retry writes no record twice,
 * but a killed run cannot resume. A record counts as committed when all in-sync replicas have it.
 */
final class IdempotentSink implements BatchSink {
  private final Destination to;
  private final String clientId;
  private final byte[] key;
  private final ProgressCount count;
  private final LongSupplier nanoTime;
  private int firstBytes;
  private @Nullable CheckedProducer outlet;

  /** The last acknowledged record; set by the Kafka producer's I/O thread. */
  private volatile @Nullable RecordMetadata newest;

  IdempotentSink(
      Destination to,
      String clientId,
      String sourceKey,
      ProgressCount count,
      LongSupplier nanoTime) {
    this.to = to;
    this.clientId = clientId;
    this.key = sourceKey.getBytes(StandardCharsets.UTF_8);
    this.count = count;
    this.nanoTime = nanoTime;
  }

  @Override
  public void open() {
    outlet = new CheckedProducer(to.clients().bulkProducer(clientId), nanoTime);
  }

  @Override
  public SourcePosition position() {
    return SourcePosition.BEGINNING;
  }

  @Override
  public void send(AssembledBatch batch) {
    CheckedProducer open = outlet;
    if (open == null) {
      throw new IllegalStateException("not open");
    }
    batch.letters().forEach(open::send);
    TrainingBatch content = batch.batch();
    if (content == null) {
      return;
    }
    ProducerRecord<byte[], byte[]> record = record(content);
    count.written(record.value().length);
    open.send(
        record,
        written -> {
          newest = written;
          count.committed(1, batch.samples());
        });
  }

  private ProducerRecord<byte[], byte[]> record(TrainingBatch batch) {
    return to.codec().record(to.topics().batches(), key, batch);
  }

  /** This sink has no position that another run could move. */
  @Override
  public boolean isAt(SourcePosition position) {
    return true;
  }

  @Override
  public void write(AssembledBatch batch, Producer<byte[], byte[]> transaction) {
    for (ProducerRecord<byte[], byte[]> letter : batch.letters()) {
      var unused = transaction.send(letter);
    }
    ProducerRecord<byte[], byte[]> record = record(Objects.requireNonNull(batch.batch()));
    firstBytes = record.value().length;
    var unused =
        transaction.send(record, (metadata, failure) -> newest = failure == null ? metadata : null);
  }

  @Override
  public void written(AssembledBatch batch) {
    count.written(firstBytes);
    count.committed(1, batch.samples());
  }

  @Override
  public void tick() {
    if (outlet != null) {
      outlet.check();
    }
  }

  @Override
  public void flush() {
    if (outlet != null) {
      outlet.flush();
    }
  }

  @Override
  public Optional<String> complete() throws InterruptedException {
    flush();
    RecordMetadata last = newest;
    return last == null ? Optional.empty() : new Visibility(to, clientId).await(last);
  }

  @Override
  public void close(Duration atMost) {
    if (outlet != null) {
      outlet.close(atMost);
    }
  }
}
