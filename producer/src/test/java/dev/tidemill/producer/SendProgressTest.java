package dev.tidemill.producer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class SendProgressTest {
  @Test
  void theRestTakesAsLongAsTheRateSays() {
    SendProgress progress = new SendProgress(100, 300, 10, OptionalLong.of(1000), 200, 0);
    assertThat(progress.remaining()).hasValue(Duration.ofSeconds(3));
    assertThat(progress.nothingLeft()).isFalse();
  }

  @Test
  void whatHasNoEndHasNoRest() {
    assertThat(new SendProgress(0, 1, 1, OptionalLong.empty(), 9, 0).remaining()).isEmpty();
  }

  @Test
  void saysThatThereWasNothingToSend() {
    assertThat(new SendProgress(50, 0, 0, OptionalLong.of(50), 0, 0).nothingLeft()).isTrue();
    assertThat(new SendProgress(0, 50, 2, OptionalLong.of(50), 9, 0).nothingLeft()).isFalse();
  }
}
