package dev.tidemill.dashboard.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.testbed.ChildJvm;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** If each version of ten minutes stayed on the heap, a flood of versions would end the page. */
class VersionFloodTest {
  @Test
  void keepsAnyNumberOfVersionsInASmallHeap() throws Exception {
    try (ChildJvm child =
        ChildJvm.start(
            List.of("-Xmx48m", "-XX:+UseSerialGC"),
            VersionFloodProcess.class.getName(),
            List.of("599000"),
            Map.of())) {
      assertThat(child.awaitExit(Duration.ofMinutes(5))).as(child.error()::toString).isZero();
      assertThat(child.out())
          .containsExactly(
              "[598993, 598994, 598995, 598996, 598997, 598998, 598999, 599000]",
              "2 s, [[1.0, 0.0], [1.0, 0.0], [1.0, 0.0], [1.0, 0.0], [1.0, 0.0], [1.0, 0.0],"
                  + " [1.0, 0.0], [0.0, 1.0]]");
    }
  }
}
