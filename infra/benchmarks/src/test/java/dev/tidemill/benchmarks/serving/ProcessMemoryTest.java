package dev.tidemill.benchmarks.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemill.benchmarks.BenchmarkException;
import org.junit.jupiter.api.Test;

class ProcessMemoryTest {

  @Test
  void isReadAsLinuxCountsIt() {
    ProcessMemory memory =
        ProcessMemory.parse(
            """
            7f00-7fff ---p 00000000 00:00 0    [rollup]
            Rss:              200 kB
            Pss:              150 kB
            Pss_Dirty:         10 kB
            Shared_Clean:      60 kB
            Private_Clean:     40 kB
            Private_Dirty:    100 kB
            """);
    assertThat(memory).isEqualTo(new ProcessMemory(204_800, 153_600, 143_360));
  }

  @Test
  void whatTheSystemDoesNotTellIsTold() {
    assertThatThrownBy(() -> ProcessMemory.parse("Rss: 1 kB\n"))
        .isInstanceOf(BenchmarkException.class)
        .hasMessageContaining("no Pss in");
  }

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
