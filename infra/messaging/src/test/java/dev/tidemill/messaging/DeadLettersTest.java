package dev.tidemill.messaging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.schemas.DeadLetter;
import dev.tidemill.schemas.wire.SingleObjectFormat;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DeadLettersTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  private final SingleObjectFormat format = new SingleObjectFormat();
  private final DeadLetters letters =
      new DeadLetters(
          new RecordCodec(format),
          "tidemill.digits.dead-letters",
          "trainer-1",
          Clock.fixed(NOW, ZoneOffset.UTC));

  @Test
  void recordsPositionAndReason() {
    ProducerRecord<byte[], byte[]> sent = letters.of(refused("key", "value"), "sample 3 is NaN");

    DeadLetter letter = format.decode(sent.topic(), sent.value(), DeadLetter.class);
    assertThat(sent.topic()).isEqualTo("tidemill.digits.dead-letters");
    assertThat(sent.key()).isEqualTo("key".getBytes(UTF_8));
    assertThat(letter.getTopic()).isEqualTo("tidemill.digits.batches");
    assertThat(letter.getPartition()).isEqualTo(2);
    assertThat(letter.getOffset()).isEqualTo(17);
    assertThat(letter.getReason()).isEqualTo("sample 3 is NaN");
    assertThat(letter.getWorker()).isEqualTo("trainer-1");
    assertThat(letter.getCreatedAt()).isEqualTo(NOW);
  }

  @Test
  void restoresTheOriginalRecord() {
    ProducerRecord<byte[], byte[]> sent = letters.of(refused("key", "value"), "why");

    ProducerRecord<byte[], byte[]> again =
        DeadLetters.original(format.decode(sent.topic(), sent.value(), DeadLetter.class));

    assertThat(again.topic()).isEqualTo("tidemill.digits.batches");
    assertThat(again.partition()).isEqualTo(2);
    assertThat(again.key()).isEqualTo("key".getBytes(UTF_8));
    assertThat(again.value()).isEqualTo("value".getBytes(UTF_8));
    assertThat(again.headers().lastHeader("trace").value()).isEqualTo("t1".getBytes(UTF_8));
    assertThat(again.headers().lastHeader("empty").value()).isNull();
  }

  @Test
  void acceptsARecordWithoutKeyAndValue() {
    ProducerRecord<byte[], byte[]> sent = letters.of(refused(null, null), "why");

    ProducerRecord<byte[], byte[]> again =
        DeadLetters.original(format.decode(sent.topic(), sent.value(), DeadLetter.class));

    assertThat(again.key()).isNull();
    assertThat(again.value()).isNull();
  }

  @Test
  void omitsBytesThatDoNotFitADeadLetter() {
    ProducerRecord<byte[], byte[]> sent =
        letters.of(refused("key", "x".repeat(TopicPolicy.LARGEST_RECORD_BYTES)), "why");

    DeadLetter letter = format.decode(sent.topic(), sent.value(), DeadLetter.class);
    assertThat(sent.value().length).isLessThan(1000);
    assertThat(letter.getOffset()).isEqualTo(17);
    assertThat(letter.getReason()).startsWith("why (its 16777").contains("too many");
    assertThat(letter.getValue()).isNull();
  }

  private static ConsumerRecord<byte[], byte[]> refused(
      @Nullable String key, @Nullable String value) {
    Headers headers = new RecordHeaders().add("trace", "t1".getBytes(UTF_8)).add("empty", null);
    return new ConsumerRecord<>(
        "tidemill.digits.batches",
        2,
        17,
        ConsumerRecord.NO_TIMESTAMP,
        TimestampType.NO_TIMESTAMP_TYPE,
        0,
        0,
        key == null ? null : key.getBytes(UTF_8),
        value == null ? null : value.getBytes(UTF_8),
        headers,
        Optional.empty());
  }
}
