package dev.tidemill.benchmarks.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemill.benchmarks.BenchmarkException;
import dev.tidemill.benchmarks.ProcessMemory;
import dev.tidemill.benchmarks.Report;
import dev.tidemill.benchmarks.Target;
import java.util.List;
import org.junit.jupiter.api.Test;

class ManySwapsTest {

  @Test
  void fewerSwapsThanWantedMeetNoTarget() {
    assertThat(verdict(10_000)).isEqualTo(Target.Verdict.MET);
    assertThat(verdict(9_999)).isEqualTo(Target.Verdict.NOT_RUN);
  }

  @Test
  void readsSwapsFromTheWorkersMetrics() {
    assertThat(
            ManySwaps.parse(
                """
                # TYPE tidemill_version_swaps_total counter
                tidemill_version_swaps_total{model="digits",worker="w"} 1.2e+04
                """))
        .isEqualTo(12_000);
    assertThatThrownBy(() -> ManySwaps.parse("# nothing\n"))
        .isInstanceOf(BenchmarkException.class)
        .hasMessage("the worker's metrics lack tidemill_version_swaps_total");
  }

  private static Target.Verdict verdict(long swaps) {
    ProcessMemory memory = new ProcessMemory(1_000, 1_000, 1_000);
    Report report = new Report("start");
    ManySwaps.addTo(
        report,
        List.of(
            new ManySwaps.Reading(1_000, 1_050, memory, memory),
            new ManySwaps.Reading(10_000, swaps, memory, memory)));
    return report.targets().get(0).verdict();
  }
}
