package dev.tidemill.messaging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemill.schemas.RecordHeader;
import dev.tidemill.schemas.wire.MalformedBytesException;
import dev.tidemill.schemas.wire.RegistryFormat;
import dev.tidemill.schemas.wire.SingleObjectFormat;
import java.time.Duration;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RecordCodecTest {
  private final RecordCodec codec = new RecordCodec(new SingleObjectFormat());

  @Test
  void passesKeyAndHeadersThrough() {
    RecordHeaders headers = new RecordHeaders();
    headers.add("trace", "t1".getBytes(UTF_8));

    ProducerRecord<byte[], byte[]> sent =
        codec.record("predictions", new byte[] {7}, new RecordHeader("k", null), headers);

    assertThat(sent.key()).containsExactly(7);
    assertThat(sent.headers().toArray()).isEqualTo(headers.toArray());
    assertThat(codec.decode(received(sent.value()), RecordHeader.class).getKey()).isEqualTo("k");
  }

  @Test
  void locatesAMalformedRecord() {
    assertThatThrownBy(() -> codec.decode(received(new byte[] {-1, -1, -1}), RecordHeader.class))
        .isInstanceOfSatisfying(
            MalformedRecordException.class,
            refused -> {
              assertThat(refused.topicPartition()).isEqualTo(new TopicPartition("requests", 3));
              assertThat(refused.offset()).isEqualTo(41);
            })
        .hasMessageStartingWith("requests-3 at offset 41: ")
        .hasCauseInstanceOf(MalformedBytesException.class);
  }

  @Test
  void rejectsARecordWithoutAValue() {
    assertThatThrownBy(() -> codec.decode(received(null), RecordHeader.class))
        .isInstanceOf(MalformedRecordException.class)
        .hasMessage("requests-3 at offset 41: no value; a RecordHeader is required");
  }

  @Test
  void namesTheWaitingRecordDuringARegistryOutage() {
    ScriptedRegistry registry = new ScriptedRegistry();
    registry.down = true;
    RecordCodec waiting = new RecordCodec(new RegistryFormat(registry, Duration.ZERO));
    ConsumerRecord<byte[], byte[]> record = received(new byte[] {0, 0, 0, 0, 7, 1});

    assertThat(waiting.isReadable(record)).isFalse();
    assertThat(waiting.isWritable("predictions", RecordHeader.class)).isFalse();
    assertThatThrownBy(() -> waiting.decode(record, RecordHeader.class))
        .isInstanceOf(SchemaUnavailableException.class)
        .isInstanceOf(RetriableException.class)
        .hasMessageStartingWith("requests-3 at offset 41 is waiting for its schema: ");
    assertThatThrownBy(() -> waiting.record("predictions", null, new RecordHeader("k", null)))
        .isInstanceOf(SchemaUnavailableException.class)
        .hasMessageStartingWith("a record for predictions is waiting for its schema's id: ");
  }

  @Test
  void everyRecordIsReadableWithoutARegistry() {
    assertThat(codec.isReadable(received(new byte[] {0, 0, 0, 0, 7, 1}))).isTrue();
    assertThat(codec.isReadable(received(null))).isTrue();
    assertThat(codec.isWritable("predictions", RecordHeader.class)).isTrue();
  }

  private static ConsumerRecord<byte[], byte[]> received(byte @Nullable [] value) {
    return new ConsumerRecord<>("requests", 3, 41, null, value);
  }
}
