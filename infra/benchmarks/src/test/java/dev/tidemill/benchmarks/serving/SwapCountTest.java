package dev.tidemill.benchmarks.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemill.benchmarks.BenchmarkException;
import org.junit.jupiter.api.Test;

class SwapCountTest {

  @Test
  void swapsAreReadFromTheWorkersMetrics() {
    assertThat(
            SwapCount.parse(
                """
                # TYPE tidemill_version_swaps_total counter
                tidemill_version_swaps_total{model="digits",worker="w"} 1.2e+04
                """))
        .isEqualTo(12_000);
    assertThatThrownBy(() -> SwapCount.parse("# nothing\n"))
        .isInstanceOf(BenchmarkException.class)
        .hasMessage("a worker's metrics tell no swaps");
  }
}
