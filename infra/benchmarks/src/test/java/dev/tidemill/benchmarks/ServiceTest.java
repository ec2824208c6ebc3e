package dev.tidemill.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** With real processes. */
class ServiceTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @Test
  void awaitsALineOfEitherStreamAgainAndAgain() throws Exception {
    Launch talks = shell("echo port 71; echo warm >&2; exec sleep 600");
    try (Service service = Service.start(talks)) {
      assertThat(service.awaitLine(Pattern.compile("warm"), LIMIT).group()).isEqualTo("warm");
      Pattern port = Pattern.compile("^port (\\d+)$");
      assertThat(service.awaitLine(port, LIMIT).group(1)).isEqualTo("71");
      assertThat(service.awaitLine(port, LIMIT).group(1)).isEqualTo("71");
      service.requireAlive();
    }
  }

  @Test
  void reportsAnEarlyEndWithTheLastLines() {
    try (Service service = Service.start(shell("echo no disk >&2; exit 3"))) {
      assertThatThrownBy(() -> service.awaitLine(Pattern.compile("ready"), LIMIT))
          .isInstanceOf(BenchmarkException.class)
          .hasMessageContaining("talker wrote no line with 'ready' before it ended")
          .hasMessageContaining("no disk");
    }
  }

  @Test
  void closeEndsTheProcess() throws Exception {
    Service service = Service.start(shell("echo $$; exec sleep 600"));
    long pid = Long.parseLong(service.awaitLine(Pattern.compile("^\\d+$"), LIMIT).group());
    assertThat(pid).isEqualTo(service.pid());
    service.close();
    assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
    assertThatThrownBy(service::requireAlive)
        .isInstanceOf(BenchmarkException.class)
        .hasMessageContaining("talker ended with status 143");
  }

  private static Launch shell(String script) {
    return new Launch("talker", List.of("/bin/sh", "-c", script), Map.of());
  }
}
