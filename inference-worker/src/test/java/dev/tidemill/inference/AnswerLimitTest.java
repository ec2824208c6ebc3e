package dev.tidemill.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

class AnswerLimitTest {
  private final AnswerLimit limit = new AnswerLimit();

  @Test
  void allowsAnySizeBeforeARefusal() {
    assertThat(limit.allows(answer(1 << 20), 0)).isTrue();
  }

  @Test
  void allowsOnlySmallerAnswersUntilTheRefusalExpires() {
    limit.refused(AnswerLimit.bytes(answer(1000)), 5);
    assertThat(limit.allows(answer(999), 5)).isTrue();
    assertThat(limit.allows(answer(1000), 5)).isFalse();
    assertThat(limit.allows(answer(1000), 6 + TimeUnit.SECONDS.toNanos(10))).isTrue();
  }

  private static ProducerRecord<byte[], byte[]> answer(int bytes) {
    ProducerRecord<byte[], byte[]> answer =
        new ProducerRecord<>("predictions", 0, new byte[10], new byte[bytes]);
    answer.headers().add("name", new byte[3]);
    return answer;
  }
}
