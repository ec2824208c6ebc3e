package dev.tidemill.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ProcessMemoryTest {

  @Test
  void readsWhatLinuxCounts() {
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
  void reportsAMissingValue() {
    assertThatThrownBy(() -> ProcessMemory.parse("Rss: 1 kB\n"))
        .isInstanceOf(BenchmarkException.class)
        .hasMessageContaining("no Pss in");
  }
}
