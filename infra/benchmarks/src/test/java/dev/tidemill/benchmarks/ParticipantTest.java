package dev.tidemill.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** With real processes. */
class ParticipantTest {

  @Test
  void runsARoundForEachOrderAndReportsItsVersions() {
    try (Participant participant = Participant.start(CountingParticipant.launch("counting", 7))) {
      assertThat(participant.versions())
          .containsEntry("Counting", "1.0")
          .containsEntry("JDK", Runtime.version().toString());
      assertThat(participant.run(Map.of("factor", 3)).toString())
          .contains("\"count\":7", "\"factor\":3");
      assertThat(participant.run(Map.of()).path("count").asInt()).isEqualTo(8);
    }
  }

  @Test
  void reportsAFailedRoundWithTheLastLines() {
    try (Participant participant = Participant.start(CountingParticipant.launch("counting", 0))) {
      assertThatThrownBy(() -> participant.run(Map.of("fail", true)))
          .isInstanceOf(BenchmarkException.class)
          .hasMessageContaining("participant counting ended with status 1; 'done {…}' was expected")
          .hasMessageContaining("told to fail");
    }
  }

  @Test
  void reportsAProcessThatEndsBeforeItIsReady() {
    Launch noSuchClass = JavaRuntime.own().launch("gone", List.of(), "no.such.Main", List.of());
    try (Participant participant = Participant.start(noSuchClass)) {
      assertThatThrownBy(participant::ready)
          .isInstanceOf(BenchmarkException.class)
          .hasMessageContaining("participant gone ended with status 1; 'ready {…}' was expected")
          .hasMessageContaining("no.such.Main");
    }
  }

  @Test
  void quotesALineThatViolatesTheProtocol() {
    try (Participant participant = Participant.start(RawParticipant.launch("hello there"))) {
      assertThatThrownBy(participant::ready)
          .isInstanceOf(BenchmarkException.class)
          .hasMessageContaining("participant raw wrote 'hello there'; 'ready {…}' was expected");
    }
  }

  @Test
  void reportsInvalidJson() {
    try (Participant participant = Participant.start(RawParticipant.launch("ready {\"a\": "))) {
      assertThatThrownBy(participant::ready)
          .isInstanceOf(BenchmarkException.class)
          .hasMessageContaining("participant raw wrote invalid JSON after 'ready'");
    }
  }

  @Test
  void reportsAMissingProgram() {
    Launch missing = new Launch("missing", List.of("/no/such/program"), Map.of());
    assertThatThrownBy(() -> Participant.start(missing))
        .isInstanceOf(BenchmarkException.class)
        .hasMessageContaining("missing cannot be started");
  }
}
