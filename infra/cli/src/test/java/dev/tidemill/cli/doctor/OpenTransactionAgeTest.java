package dev.tidemill.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.messaging.OpenTransaction;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OpenTransactionAgeTest {
  private static final Instant BEGAN = Instant.parse("2024-01-01T00:00:00Z");
  private static final Duration READERS_WAIT = Duration.ofSeconds(60);

  @Test
  void acceptsTransactionsForWhichReadersWait() {
    assertThat(finding(open("id", Duration.ofSeconds(90)), Duration.ofSeconds(60))).isEmpty();
  }

  @Test
  void reportsTransactionsForWhichReadersDoNotWait() {
    assertThat(finding(open("id", Duration.ofSeconds(90)), Duration.ofSeconds(61)))
        .get()
        .satisfies(
            finding -> {
              assertThat(finding.found())
                  .contains("t-3", "producer 7 (transactional.id id)", "read.timeout.ms=60000");
              assertThat(finding.fix())
                  .endsWith(
                      "kafka-transactions --bootstrap-server host:1 abort --topic t --partition 3"
                          + " --start-offset 5");
            });
  }

  @Test
  void reportsTransactionsThatOutliveTheirTimeout() {
    assertThat(finding(open("id", Duration.ofSeconds(10)), Duration.ofSeconds(26)))
        .get()
        .extracting(Finding::found)
        .asString()
        .contains("longer than its timeout of 10000 ms");
  }

  @Test
  void givesCoordinatorsTimeToEndThem() {
    assertThat(finding(open("id", Duration.ofSeconds(10)), Duration.ofSeconds(25))).isEmpty();
  }

  @Test
  void onlyWarnsOfTransactionsThatThePrincipalMayNotSee() {
    assertThat(
            OpenTransactionAge.of(open(null, null), BEGAN, READERS_WAIT, false, "host:1")
                .map(Finding::result))
        .contains(Finding.Result.WARNING);
  }

  @Test
  void reportsTransactionsThatNoCoordinatorKnows() {
    assertThat(finding(open(null, null), Duration.ZERO))
        .get()
        .extracting(Finding::found)
        .asString()
        .contains("no transaction coordinator", "unknown transactional.id");
  }

  private static Optional<Finding> finding(OpenTransaction open, Duration age) {
    return OpenTransactionAge.of(open, BEGAN.plus(age), READERS_WAIT, true, "host:1");
  }

  private static OpenTransaction open(@Nullable String id, @Nullable Duration timeout) {
    return new OpenTransaction(
        new TopicPartition("t", 3), 5, 7, id, id == null ? null : BEGAN, timeout);
  }
}
