package dev.tidemill.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class CheckpointPolicyTest {
  private long now = Long.MAX_VALUE - 5;
  private final CheckpointPolicy policy =
      new CheckpointPolicy(100, Duration.ofNanos(10), () -> now);

  @Test
  void isDueAfterSampleInterval() {
    policy.trained(99);
    assertThat(policy.isDue(false, false)).isFalse();
    policy.trained(1);
    assertThat(policy.isDue(false, false)).isTrue();
    policy.submitted();
    assertThat(policy.isDue(false, false)).isFalse();
  }

  @Test
  void isDueAfterTimeIntervalIfAnythingIsNew() {
    now += 10;
    assertThat(policy.isDue(false, false)).isFalse();
    policy.trained(1);
    assertThat(policy.isDue(false, false)).isTrue();
    policy.submitted();
    assertThat(policy.hasSamples()).isFalse();
    now += 9;
    assertThat(policy.isDue(true, false)).isFalse();
    now += 1;
    assertThat(policy.isDue(true, false)).isTrue();
  }

  @Test
  void isDueAtOnceToFreeMemory() {
    assertThat(policy.isDue(true, true)).isTrue();
    assertThat(policy.isDue(true, false)).isFalse();
  }

  /** Brokers expire offsets that are not committed again. */
  @Test
  void repeatsCommitsIfNothingIsNew() {
    now += Duration.ofHours(6).toNanos();
    assertThat(policy.isDue(false, false)).isTrue();
  }
}
