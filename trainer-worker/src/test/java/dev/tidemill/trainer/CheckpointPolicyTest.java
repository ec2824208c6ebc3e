package dev.tidemill.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class CheckpointPolicyTest {
  private long now = Long.MAX_VALUE - 5;
  private final CheckpointPolicy policy =
      new CheckpointPolicy(100, Duration.ofNanos(10), () -> now);

  @Test
  void isDueAfterSoManySamples() {
    policy.trained(99);
    assertThat(policy.isDue(0)).isFalse();
    policy.trained(1);
    assertThat(policy.isDue(0)).isTrue();
    policy.taken();
    assertThat(policy.isDue(0)).isFalse();
  }

  @Test
  void isDueAfterSoLongIfAnythingIsNew() {
    now += 10;
    assertThat(policy.isDue(0)).isFalse();
    policy.trained(1);
    assertThat(policy.isDue(0)).isTrue();
    policy.taken();
    policy.trained(1);
    now += 9;
    assertThat(policy.isDue(0)).isFalse();
    now += 1;
    assertThat(policy.isDue(0)).isTrue();
  }

  @Test
  void isDueWhenManyRefusalsWait() {
    assertThat(policy.isDue(CheckpointPolicy.MOST_REFUSALS - 1)).isFalse();
    assertThat(policy.isDue(CheckpointPolicy.MOST_REFUSALS)).isTrue();
    now += 10;
    assertThat(policy.isDue(1)).isTrue();
  }
}
