package dev.tidemill.checkpoints;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.engine.ModelState;
import dev.tidemill.testbed.ChildJvm;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.UniqueName;
import dev.tidemill.testbed.WithKafka;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Writes and reads a state of 250 MB in a JVM with a far smaller heap. Its native memory fits the
 * written state, the read state and little else.
 */
@WithKafka
class LargeStateIT {
  private static final int MIB = 1 << 20;
  private static final int HEAP_MIB = 96;
  private static final int BESIDE_THE_STATES_MIB = 32;

  @Test
  void publishesAndReadsWithoutASecondCopy(KafkaCluster kafka) throws Exception {
    long state = ModelState.allocate(LargeStateProcess.SPEC).data().capacity();
    assertThat(state).isGreaterThan(250_000_000);
    List<String> limits =
        List.of(
            "-Xmx" + HEAP_MIB + "m",
            "-XX:MaxDirectMemorySize=" + (2 * state / MIB + BESIDE_THE_STATES_MIB) + "m");
    try (ChildJvm child =
        ChildJvm.start(
            limits,
            LargeStateProcess.class.getName(),
            List.of(kafka.bootstrapServers(), UniqueName.of("large")),
            Map.of())) {
      assertThat(child.awaitExit(Duration.ofMinutes(5))).as(child.error()::toString).isZero();
      assertThat(child.out()).contains("the same");
    }
  }
}
