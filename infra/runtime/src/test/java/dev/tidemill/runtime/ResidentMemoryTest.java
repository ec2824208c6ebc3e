package dev.tidemill.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class ResidentMemoryTest {
  private static final int BLOCK = 64 << 20;

  /** Uses native memory, because heap pages may already be resident. */
  @Test
  void includesAllocatedNativeMemory() {
    ByteBuffer block = ByteBuffer.allocateDirect(BLOCK);
    for (int i = 0; i < BLOCK; i += 1024) {
      block.put(i, (byte) 1);
    }
    assertThat(ResidentMemory.peakBytes().orElse(0)).isGreaterThan(BLOCK);
    assertThat(block.get(0)).isEqualTo((byte) 1);
  }

  @Test
  void isAMetricOfTheProcess() {
    try (Metrics metrics = new Metrics("m")) {
      metrics.addProcess();
      assertThat(metrics.scrape()).containsPattern("(?m)^process_resident_memory_peak_bytes [1-9]");
    }
  }
}
