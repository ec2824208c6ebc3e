package dev.tidemill.producer;

import dev.tidemill.producer.source.NamedValues;
import dev.tidemill.producer.source.Sample;
import dev.tidemill.schemas.DeadLetter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Builds dead letters from samples that the contract leaves out. They were on no topic. */
final class LeftOutLetters {
  private final Destination to;
  private final String worker;
  private final byte[] key;
  private final Clock clock;

  LeftOutLetters(Destination to, String worker, String sourceKey, Clock clock) {
    this.to = to;
    this.worker = worker;
    this.key = sourceKey.getBytes(StandardCharsets.UTF_8);
    this.clock = clock;
  }

  /**
   * @param reason what is missing, with file and line
   */
  ProducerRecord<byte[], byte[]> of(Sample raw, String reason) {
    NamedValues values = raw.values();
    String row = values == null ? "" : values.toMap().toString();
    DeadLetter letter =
        DeadLetter.newBuilder()
            .setTopic("")
            .setPartition(-1)
            .setOffset(-1)
            .setReason(reason)
            .setWorker(worker)
            .setKey(ByteBuffer.wrap(key))
            .setValue(ByteBuffer.wrap(row.getBytes(StandardCharsets.UTF_8)))
            .setCreatedAt(clock.instant())
            .build();
    return to.codec().record(to.topics().deadLetters(), 0, key, letter);
  }
}
