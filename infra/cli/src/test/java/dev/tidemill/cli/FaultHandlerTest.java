package dev.tidemill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

class FaultHandlerTest {
  @Test
  void tellsACauseThatAddsSomething() {
    assertThat(
            FaultHandler.sentence(
                new IllegalStateException(
                    "no broker answers", new RuntimeException("bad password"))))
        .isEqualTo("no broker answers: bad password");
  }

  @Test
  void leavesOutACauseThatRepeatsOrIsATimeout() {
    assertThat(
            FaultHandler.sentence(
                new IllegalStateException("cannot read f: gone", new RuntimeException("gone"))))
        .isEqualTo("cannot read f: gone");
    assertThat(
            FaultHandler.sentence(
                new IllegalStateException(
                    "no broker answers (waited 10 s)", new TimeoutException("Call: listNodes"))))
        .isEqualTo("no broker answers (waited 10 s)");
  }

  @Test
  void namesTheKindOfAFaultWithoutWords() {
    assertThat(FaultHandler.sentence(new IllegalStateException()))
        .isEqualTo("IllegalStateException");
  }
}
