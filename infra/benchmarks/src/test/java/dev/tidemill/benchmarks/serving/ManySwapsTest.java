package dev.tidemill.benchmarks.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.benchmarks.ProcessMemory;
import dev.tidemill.benchmarks.Target;
import org.junit.jupiter.api.Test;

class ManySwapsTest {

  @Test
  void fewerSwapsThanAskedForMeetNoTarget() {
    assertThat(verdict(10_000)).isEqualTo(Target.Verdict.MET);
    assertThat(verdict(9_999)).isEqualTo(Target.Verdict.NOT_RUN);
  }

  private static Target.Verdict verdict(long swaps) {
    ProcessMemory memory = new ProcessMemory(1_000, 1_000, 1_000);
    return ManySwaps.target(
            new ManySwaps.Reading(1_000, 1_050, memory, memory),
            new ManySwaps.Reading(10_000, swaps, memory, memory))
        .verdict();
  }
}
