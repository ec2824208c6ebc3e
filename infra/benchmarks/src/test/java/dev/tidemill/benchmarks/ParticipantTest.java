package dev.tidemill.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** With real processes. */
class ParticipantTest {

  @Test
  void doesARoundForEachOrderAndTellsItsVersions() {
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
  void aRoundThatFailsIsToldWithTheLastLinesOfTheProcess() {
    try (Participant participant = Participant.start(CountingParticipant.launch("counting", 0))) {
      assertThatThrownBy(() -> participant.run(Map.of("fail", true)))
          .isInstanceOf(BenchmarkException.class)
          .hasMessageContaining("participant counting ended with status 1 where 'done'")
          .hasMessageContaining("told to fail");
    }
  }

  @Test
  void aProcessThatEndsBeforeItIsReadyIsTold() {
    Launch noSuchClass = JavaRuntime.own().launch("gone", List.of(), "no.such.Main", List.of());
    try (Participant participant = Participant.start(noSuchClass)) {
      assertThatThrownBy(participant::about)
          .isInstanceOf(BenchmarkException.class)
          .hasMessageContaining("participant gone ended with status 1 where 'ready' was expected")
          .hasMessageContaining("no.such.Main");
    }
  }

  @Test
  void whatIsNotTheProtocolIsQuoted() {
    try (Participant participant = Participant.start(RawParticipant.launch("hello there"))) {
      assertThatThrownBy(participant::about)
          .isInstanceOf(BenchmarkException.class)
          .hasMessageContaining(
              "participant raw said 'hello there' where 'ready {…}' was expected");
    }
  }

  @Test
  void whatIsNoJsonIsTold() {
    try (Participant participant = Participant.start(RawParticipant.launch("ready {\"a\": "))) {
      assertThatThrownBy(participant::about)
          .isInstanceOf(BenchmarkException.class)
          .hasMessageContaining("participant raw said no JSON behind 'ready'");
    }
  }

  @Test
  void aProgramThatIsNotThereIsTold() {
    Launch missing = new Launch("missing", List.of("/no/such/program"), Map.of());
    assertThatThrownBy(() -> Participant.start(missing))
        .isInstanceOf(BenchmarkException.class)
        .hasMessageContaining("missing cannot be started");
  }
}
