package dev.tidemill.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestDeadlineTest {
  @Test
  void passesAfterItsMillisecond() {
    RequestDeadline deadline = of("1790000000000");
    assertThat(deadline.fault()).isNull();
    assertThat(deadline.hasPassed(1_790_000_000_000L)).isFalse();
    assertThat(deadline.hasPassed(1_790_000_000_001L)).isTrue();
  }

  @Test
  void mayBeInTheFarFuture() {
    assertThat(of("9".repeat(18)).epochMillis()).isEqualTo(999_999_999_999_999_999L);
  }

  @ParameterizedTest
  @NullAndEmptySource
  @ValueSource(strings = {"soon", "-5", "1.5e12", " 17", "9999999999999999999"})
  void namesAnUnusableValueAndNeverPasses(@Nullable String value) {
    RequestDeadline deadline = of(value);
    assertThat(deadline.fault())
        .startsWith("the header tidemill-deadline must be milliseconds since 1970")
        .endsWith("not " + (value == null ? "null" : "'" + value + "'"));
    assertThat(deadline.hasPassed(Long.MAX_VALUE)).isFalse();
  }

  @Test
  void quotesTheBeginOfALongValue() {
    assertThat(of("x".repeat(1000)).fault()).endsWith("not '" + "x".repeat(40) + "…'");
  }

  @Test
  void isNoOtherHeader() {
    assertThat(RequestDeadline.of(new RecordHeader("deadline", new byte[] {'1'}))).isNull();
  }

  private static RequestDeadline of(@Nullable String value) {
    byte[] bytes = value == null ? null : value.getBytes(StandardCharsets.UTF_8);
    RequestDeadline deadline = RequestDeadline.of(new RecordHeader("tidemill-deadline", bytes));
    return Objects.requireNonNull(deadline);
  }
}
