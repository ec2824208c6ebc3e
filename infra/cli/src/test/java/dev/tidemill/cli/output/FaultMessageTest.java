package dev.tidemill.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

class FaultMessageTest {
  @Test
  void appendsACauseThatAddsSomething() {
    assertThat(
            FaultMessage.of(
                new IllegalStateException(
                    "no broker answers", new RuntimeException("bad password"))))
        .isEqualTo("no broker answers: bad password");
  }

  @Test
  void omitsARepeatedCauseAndATimeout() {
    assertThat(
            FaultMessage.of(
                new IllegalStateException("cannot read f: gone", new RuntimeException("gone"))))
        .isEqualTo("cannot read f: gone");
    assertThat(
            FaultMessage.of(
                new IllegalStateException(
                    "no broker answers (waited 10 s)", new TimeoutException("Call: listNodes"))))
        .isEqualTo("no broker answers (waited 10 s)");
  }

  @Test
  void namesTheClassOfAnExceptionWithoutMessage() {
    assertThat(FaultMessage.of(new IllegalStateException())).isEqualTo("IllegalStateException");
  }

  @Test
  void isOnePrintableLine() {
    assertThat(
            FaultMessage.of(
                new IllegalStateException("class `a\r\n  b`", new RuntimeException("\u001b[2J"))))
        .isEqualTo("class `a b`: \uFFFD[2J");
  }
}
