package dev.tidemill.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tidemill.testbed.ChildJvm;
import dev.tidemill.testbed.Eventually;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks a broker whose disk is full. It mounts a file system, which needs root. */
class SendingToFullDiskIT {
  private static final Pattern SENT = Pattern.compile("produce: sent ([0-9,]+) samples");
  private static final Duration LIMIT = Duration.ofMinutes(3);

  @TempDir private Path disk;

  @BeforeEach
  void mount() throws IOException, InterruptedException {
    assumeTrue(
        succeeds("mount", "-t", "tmpfs", "-o", "size=40m", "tidemill-test", disk.toString()),
        "needs permission to mount a file system");
  }

  @AfterEach
  void unmount() throws IOException, InterruptedException {
    boolean unused = succeeds("umount", "-l", disk.toString());
  }

  @Test
  void reportsWhatIsOnTheLog() throws Exception {
    String servers;
    Pipeline pipeline;
    long reported;
    try (ChildJvm broker = broker(0)) {
      servers = broker.waitForLine("bootstrap.servers=(\\S+)").group(1);
      pipeline = Pipeline.create(servers, "full");
      List<String> options =
          new ArrayList<>(List.of("--data", "digits", "--set", "send.close.timeout.ms=3000"));
      options.addAll(List.of("--set", "producer.compression.type=none"));
      try (ChildJvm produce = pipeline.start("produce", options.toArray(String[]::new))) {
        produce.waitForLine("producer-" + pipeline.model + " is degraded: ");
        produce.terminate();
        assertThat(produce.awaitExit(LIMIT)).isEqualTo(1);
        String errors = String.join("\n", produce.error());
        Matcher sent = SENT.matcher(errors);
        assertThat(sent.find()).as(errors).isTrue();
        assertThat(errors).contains("were not committed");
        reported = Long.parseLong(sent.group(1).replace(",", ""));
      }
    }
    assertThat(succeeds("mount", "-o", "remount,size=400m", disk.toString())).isTrue();
    int port = Integer.parseInt(servers.substring(servers.lastIndexOf(':') + 1));
    try (ChildJvm broker = broker(port)) {
      broker.waitForLine("bootstrap.servers=");
      Eventually.await()
          .ignoreExceptions()
          .untilAsserted(
              () ->
                  assertThat(SendingIT.committedSamples(servers, pipeline))
                      .isGreaterThanOrEqualTo(reported));
    }
  }

  private ChildJvm broker(int port) {
    return Commands.start(
        List.of("broker", "--data-dir", disk.resolve("log").toString(), "--port", port + ""));
  }

  private static boolean succeeds(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start()
            .waitFor()
        == 0;
  }
}
