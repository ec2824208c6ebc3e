package dev.tidemill.producer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class SendProgressTest {
  private static final OptionalLong ENDLESS = OptionalLong.empty();

  @Test
  void estimatesRemainingTimeFromRate() {
    SendProgress progress = progress(100, 300, 300, OptionalLong.of(1000), 0);
    assertThat(progress.remaining()).hasValue(Duration.ofSeconds(3));
    assertThat(progress.nothingLeft()).isFalse();
  }

  @Test
  void endlessSourceHasNoRemainingTime() {
    assertThat(progress(0, 1, 1, ENDLESS, 0).remaining()).isEmpty();
  }

  @Test
  void reportsWhenNothingIsLeftToSend() {
    assertThat(progress(50, 0, 0, OptionalLong.of(50), 0).nothingLeft()).isTrue();
    assertThat(progress(0, 50, 50, OptionalLong.of(50), 0).nothingLeft()).isFalse();
  }

  @Test
  void isCompleteOnceAllReadSamplesAreCommitted() {
    assertThat(progress(0, 50, 50, ENDLESS, 0).isComplete()).isTrue();
    assertThat(progress(0, 40, 50, ENDLESS, 0).isComplete()).isFalse();
    assertThat(progress(0, 40, 50, ENDLESS, 0).unsent()).isEqualTo(10);
    assertThat(progress(0, 50, 50, ENDLESS, 1).isComplete()).isFalse();
    assertThat(progress(0, 50, 50, ENDLESS, 1).isFullySent()).isTrue();
    assertThat(progress(50, 50, 50, OptionalLong.of(100), 0).isComplete()).isTrue();
    assertThat(progress(50, 40, 40, OptionalLong.of(100), 0).isComplete()).isFalse();
    assertThat(progress(100, 0, 0, OptionalLong.of(50), 0).isComplete()).isTrue();
  }

  private static SendProgress progress(
      long before, long samples, long taken, OptionalLong total, long refused) {
    return new SendProgress(before, samples, 1, taken, 1, total, 200, refused);
  }
}
