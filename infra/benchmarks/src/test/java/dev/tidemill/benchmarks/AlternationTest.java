package dev.tidemill.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AlternationTest {

  @Test
  void participantsTakeTurnsAndWarmUpsDoNotCount() {
    List<String> turns = new ArrayList<>();
    try (Alternation alternation =
        Alternation.start(
            List.of(CountingParticipant.launch("a", 0), CountingParticipant.launch("b", 10)))) {
      Rounds rounds =
          alternation.run(
              1,
              2,
              false,
              name -> {
                turns.add(name);
                return Map.of();
              });

      assertThat(turns).containsExactly("a", "b", "a", "b", "a", "b");
      assertThat(rounds.values("a", "count")).containsExactly(1, 2);
      assertThat(rounds.values("b", "count")).containsExactly(11, 12);
      assertThat(alternation.versions()).containsKeys("Counting", "JDK");
    }
  }

  @Test
  void reversesEveryOtherRoundIfMirrored() {
    List<String> turns = new ArrayList<>();
    try (Alternation alternation =
        Alternation.start(
            List.of(CountingParticipant.launch("a", 0), CountingParticipant.launch("b", 10)))) {
      Rounds rounds =
          alternation.run(
              1,
              2,
              true,
              name -> {
                turns.add(name);
                return Map.of();
              });

      assertThat(turns).containsExactly("b", "a", "a", "b", "b", "a");
      assertThat(rounds.values("a", "count")).containsExactly(1, 2);
    }
  }

  @Test
  void endsTheOthersIfOneCannotStart() {
    Launch broken = RawParticipant.launch("garbage");
    assertThatThrownBy(
            () -> Alternation.start(List.of(CountingParticipant.launch("a", 0), broken)).close())
        .isInstanceOf(BenchmarkException.class)
        .hasMessageContaining("raw wrote 'garbage'");
    assertThat(ProcessHandle.current().descendants().map(ProcessHandle::onExit))
        .allSatisfy(end -> assertThat(end).succeedsWithin(Duration.ofMinutes(1)));
  }
}
