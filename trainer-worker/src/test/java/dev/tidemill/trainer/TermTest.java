package dev.tidemill.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class TermTest {
  private static final long MB = 1_000_000;

  @Test
  void closeTimeoutGrowsWithStateUpToLimit() {
    assertThat(Term.closeTimeout(MB)).isEqualTo(Duration.ofSeconds(4));
    assertThat(Term.closeTimeout(20 * MB)).isEqualTo(Duration.ofSeconds(6));
    assertThat(Term.closeTimeout(3_000 * MB)).isEqualTo(Duration.ofSeconds(8));
  }
}
