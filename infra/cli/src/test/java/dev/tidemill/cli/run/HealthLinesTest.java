package dev.tidemill.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.runtime.Health;
import dev.tidemill.runtime.Worker;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class HealthLinesTest {
  private final StringWriter printed = new StringWriter();
  private Health health = Health.starting("loads");

  @Test
  void printsOneLineWhenAWorkerStopsOrFails() {
    Worker worker =
        new Worker() {
          @Override
          public String name() {
            return "trainer-1";
          }

          @Override
          public void start() {}

          @Override
          public Health health() {
            return health;
          }

          @Override
          public void awaitEnd() {}

          @Override
          public void close() {}
        };
    try (HealthLines lines = new HealthLines(worker, new PrintWriter(printed))) {
      lines.poll();
      is(Health.ready("trains"), lines);
      is(Health.stopping("trainer-1 is stopping and waits for publish"), lines);
      is(Health.stopping("trainer-1 is stopping and waits for lead"), lines);
      is(Health.failed("train", new IllegalStateException("NaN")), lines);
      assertThat(printed.toString().lines()).as("a stop may take no time").hasSize(1);
      lines.poll();
      lines.poll();
    }

    assertThat(printed.toString().lines())
        .containsExactly(
            "tidemill: trainer-1 is stopping and waits for publish",
            "tidemill: trainer-1 failed and is stopping");
  }

  private void is(Health now, HealthLines lines) {
    health = now;
    lines.poll();
  }
}
