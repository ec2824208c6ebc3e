package dev.tidemill.benchmarks.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.schemas.Prediction;
import dev.tidemill.schemas.wire.SingleObjectFormat;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VersionsSeenTest {

  @Test
  void keepsTheFirstAnswerOfEachVersion() {
    VersionsSeen seen = new VersionsSeen();
    seen.answered(answerBy(1), Instant.ofEpochSecond(1));
    seen.answered(answerBy(1), Instant.ofEpochSecond(2));
    seen.answered(answerBy(300), Instant.ofEpochSecond(3, 5_000));
    seen.answered(answerBy(1), Instant.ofEpochSecond(4));
    seen.answered(answerBy(300), Instant.ofEpochSecond(5));
    assertThat(seen.firstMicros()).isEqualTo(Map.of(1L, 1_000_000L, 300L, 3_000_005L));
  }

  private static byte[] answerBy(long version) {
    Instant now = Instant.ofEpochMilli(1);
    return new SingleObjectFormat()
        .encode(
            "predictions",
            Prediction.newBuilder()
                .setRequestId("000000000017")
                .setModel("digits")
                .setModelVersion(version)
                .setVersionAgeMs(3)
                .setOutputs(List.of(0.5f))
                .setQueuedUs(1)
                .setComputedUs(1)
                .setBatchSize(1)
                .setRequestedAt(now)
                .setCreatedAt(now)
                .setWorker("w")
                .build());
  }
}
