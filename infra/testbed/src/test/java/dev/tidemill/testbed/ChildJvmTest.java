package dev.tidemill.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class ChildJvmTest {
  private static final int SIGKILLED = 128 + 9;
  private static final int SIGINTED = 128 + 2;

  @TempDir Path directory;

  @Test
  void killedChildRunsNoShutdownHook() throws Exception {
    Path hook = directory.resolve("hook");
    try (ChildJvm child = start(hook)) {
      assertThat(child.waitForLine("ready (.*)").group(1)).isEqualTo("hello");
      child.kill();
      assertThat(child.awaitExit(Duration.ofMinutes(1))).isEqualTo(SIGKILLED);
      assertThat(hook).doesNotExist();
    }
  }

  @Test
  void interruptedChildRunsItsShutdownHook() throws Exception {
    Path hook = directory.resolve("hook");
    try (ChildJvm child = start(hook)) {
      child.waitForLine("ready");
      child.interrupt();
      assertThat(child.awaitExit(Duration.ofMinutes(1))).isEqualTo(SIGINTED);
      assertThat(hook).exists();
    }
  }

  /** Simulates nohup, or the background of a script without a terminal. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void interruptReachesTheChildOfAProcessThatIgnoresIt() throws Exception {
    Path hook = directory.resolve("hook");
    List<String> ignoring = List.of("sh", "-c", "trap '' INT QUIT HUP; exec \"$@\"", "sh");
    try (ChildJvm parent =
        ChildJvm.startUnder(
            ignoring,
            List.of(),
            InterruptingChild.class.getName(),
            List.of(hook.toString()),
            Map.of())) {
      assertThat(parent.awaitExit(Duration.ofMinutes(2))).as("%s", parent.error()).isZero();
      assertThat(parent.out()).containsExactly("ended with " + SIGINTED);
      assertThat(hook).exists();
    }
  }

  @Test
  void reportsTheOutputOfAChildThatEndedEarly() throws Exception {
    try (ChildJvm child = ChildJvm.start(Child.class.getName(), List.of("fail"), Map.of())) {
      assertThatThrownBy(() -> child.waitForLine("ready"))
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("Child wrote no line with \"ready\"")
          .hasMessageContaining("failing on request");
      assertThat(child.awaitExit(Duration.ofMinutes(1))).isEqualTo(3);
      assertThat(child.error()).containsExactly("failing on request");
      assertThat(child.out()).isEmpty();
    }
  }

  private static ChildJvm start(Path hook) {
    return ChildJvm.start(
        Child.class.getName(), List.of(hook.toString()), Map.of("GREETING", "hello"));
  }
}
