package dev.tidemill.benchmarks.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemill.benchmarks.BenchmarkException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OverloadTest {
  private static final LoadTarget TARGET = new LoadTarget("t", "requests", "answers", 1, "raw");

  private final List<LoadOrder> orders = new ArrayList<>();
  private final List<String> lines = new ArrayList<>();

  @Test
  void sendsHalfAsMuchAgainAsWasAnswered() {
    double kept = overload(1, "Tidemill", 2).keptUpPerSecond();

    assertThat(kept).isEqualTo(500);
    assertThat(orders).containsExactly(LoadOrder.openLoop(TARGET, 1_500, 2, 0));
    assertThat(lines).isEmpty();
  }

  @Test
  void sendsForLongerWhileAnswersAreTooFewForARate() {
    double kept = overload(8, "Python loop", 1).keptUpPerSecond();

    assertThat(kept).isPositive();
    assertThat(orders).extracting(LoadOrder::seconds).containsExactly(1.0, 2.0, 4.0, 8.0);
    assertThat(lines)
        .hasSize(3)
        .first()
        .isEqualTo(
            "Python loop answered 0 requests in the second half of 1.0 s, at 1500 requests"
                + " a second; trying twice as long");
  }

  @Test
  void failsOnAMachineThatIsTooSlow() {
    assertThatThrownBy(() -> overload(1_000, "Tidemill", 2.5))
        .isInstanceOf(BenchmarkException.class)
        .hasMessageStartingWith("Tidemill answered 0 requests in the second half of 40.0 s")
        .hasMessageContaining("too slow, or too busy");
  }

  /** With a target that answers 500 a second, but none before some seconds have passed. */
  private LoadResult overload(double firstSeconds, String who, double seconds) {
    return ServeRounds.overload(
        order -> {
          orders.add(order);
          double kept = order.seconds() < firstSeconds ? 0 : 500;
          return new LoadResult(order.count(), 0, 0, kept, kept, 1, 1, 1, Map.of());
        },
        lines::add,
        who,
        TARGET,
        1_000,
        seconds);
  }
}
