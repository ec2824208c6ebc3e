package dev.tidemill.benchmarks.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.tidemill.benchmarks.Rounds;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CheckpointsBenchmarkTest {

  @Test
  void aRoundWithoutItsCheckpointMakesNoFigure() {
    assertThat(CheckpointsBenchmark.lost(rounds(1, 0)))
        .hasValueSatisfying(lost -> assertThat(lost.median()).isCloseTo(15, within(1e-9)));
    assertThat(CheckpointsBenchmark.lost(rounds(0, 0))).isEmpty();
    assertThat(CheckpointsBenchmark.lost(rounds(1, 1))).isEmpty();
  }

  private static Rounds rounds(int with, int without) {
    return new Rounds(
        Map.of(
            CheckpointsBenchmark.WITH, List.of(answer(75, 1), answer(75, with)),
            CheckpointsBenchmark.WITHOUT, List.of(answer(100, 0), answer(75 / 0.95, without))));
  }

  private static JsonNode answer(double rate, int versions) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("samplesPerSecond", rate)
        .put("versions", versions);
  }
}
