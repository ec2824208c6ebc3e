package dev.tidemill.benchmarks.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidemill.benchmarks.Alternation;
import dev.tidemill.benchmarks.JavaRuntime;
import dev.tidemill.benchmarks.Launch;
import dev.tidemill.benchmarks.Rounds;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What participants in Java compute, as processes; not how fast. */
class ComparisonTest {
  @Test
  void participantsTrain() throws Exception {
    try (Alternation alternation = start(Work.TRAINING, "lenet")) {
      Rounds rounds = alternation.run(0, 1, false, who -> TimedRound.order(2, 0));
      assertThat(rounds.values(Comparison.OURS, "steps")).containsExactly(1);
      assertThat(rounds.values(Comparison.STOCK, "steps")).containsExactly(1);
      assertThat(rounds.ratio(Comparison.OURS, Comparison.STOCK, Comparison.RATE)).isPresent();
      JsonNode losses =
          alternation.ask(Comparison.OURS, Map.of("check", 200, "batch", 32)).path("check");
      assertThat(losses).hasSize(200);
      assertThat(losses.get(199).asDouble()).isLessThan(losses.get(0).asDouble());
      assertThat(alternation.versions()).containsKey("DL4J");
    }
  }

  @Test
  void answersAreProbabilitiesOfTenClasses() throws Exception {
    try (Alternation alternation = start(Work.INFERENCE, "mlp")) {
      Rounds rounds = alternation.run(0, 1, false, who -> TimedRound.order(2, 0));
      assertThat(rounds.values(Comparison.STOCK, "steps")).containsExactly(1);
      JsonNode answers =
          alternation.ask(Comparison.OURS, Map.of("check", 1, "batch", 3)).path("check");
      assertThat(answers).hasSize(30);
      double sum = IntStream.range(0, 10).mapToDouble(i -> answers.get(i).asDouble()).sum();
      assertThat(sum).isCloseTo(1, org.assertj.core.data.Offset.offset(1e-5));
    }
  }

  private Alternation start(Work work, String network) {
    Launch ours =
        JavaRuntime.own()
            .launch(
                Comparison.OURS,
                EngineParticipant.class,
                network,
                "dl4j",
                "cpu",
                "float32",
                work.name());
    Launch stock =
        JavaRuntime.own().launch(Comparison.STOCK, StockDl4j.class, network, work.name());
    return Alternation.start(List.of(ours, stock));
  }
}
