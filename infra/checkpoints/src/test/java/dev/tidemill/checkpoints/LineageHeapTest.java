package dev.tidemill.checkpoints;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.testbed.ChildJvm;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * A version every 10 s makes 300,000 in 35 days. If each manifest took 1.2 to 2.2 kB of heap, a
 * trainer with a small heap could no longer start.
 */
class LineageHeapTest {
  private static final int VERSIONS = 300_000;

  @Test
  void foldsMoreVersionsThanFitTheHeap() throws Exception {
    try (ChildJvm child =
        ChildJvm.start(
            List.of("-Xmx24m", "-XX:+UseSerialGC"),
            LineageHeapProcess.class.getName(),
            List.of(Integer.toString(VERSIONS)),
            Map.of())) {
      assertThat(child.awaitExit(Duration.ofMinutes(5))).as(child.error()::toString).isZero();
      assertThat(child.out()).containsExactly(VERSIONS + " versions, 10 with payload");
    }
  }
}
