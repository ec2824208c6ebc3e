package dev.tidemill.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TransactionLimitTest {
  private static final Duration LONGEST = Duration.ofSeconds(60);

  @Test
  void acceptsALimitThatTheModelsCheckpointsMeet() {
    assertThat(TransactionLimit.finding(LONGEST, Optional.of(LONGEST)))
        .isEqualTo(Finding.ok("transaction.max.timeout.ms is 60000"));
    assertThat(TransactionLimit.finding(LONGEST, Optional.empty()).fix()).isNull();
  }

  @Test
  void reportsALimitThatIsTooShort() {
    assertThat(TransactionLimit.finding(LONGEST, Optional.of(Duration.ofMillis(60_001))))
        .isEqualTo(
            Finding.error(
                "transaction.max.timeout.ms is 60000, must be at least 60001 for the model's"
                    + " checkpoints",
                "set transaction.max.timeout.ms=60001 in each broker's server.properties and"
                    + " restart it"));
  }
}
