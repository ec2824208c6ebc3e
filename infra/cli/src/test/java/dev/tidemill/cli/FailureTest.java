package dev.tidemill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.cli.run.ExitStatus;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Correct usage that fails at run time exits with status 1 and prints one line. */
class FailureTest {
  @TempDir private Path folder;

  @Test
  void namesAMissingFolder() {
    Path missing = folder.resolve("missing");
    assertThat(failed("produce", "--data", "idx:" + missing)).contains(missing.toString());
  }

  @Test
  void namesAMissingLabelColumn() throws IOException {
    Path table = Files.writeString(folder.resolve("table.csv"), "a,b\n1,2\n");
    assertThat(failed("produce", "--data", "csv:" + table, "--label", "class"))
        .contains(table.toString())
        .contains("class");
  }

  @Test
  void namesAPortThatIsTaken() throws IOException {
    try (ServerSocket taken =
        new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
      String port = Integer.toString(taken.getLocalPort());
      assertThat(failed("broker", "--port", port, "--data-dir", folder.toString())).contains(port);
    }
  }

  private static String failed(String... arguments) {
    CommandResult result = CommandResult.tidemill(arguments);
    assertThat(result.status()).as(result.err()).isEqualTo(ExitStatus.FAILED);
    assertThat(result.out()).isEmpty();
    assertThat(result.errorLines()).hasSize(1);
    assertThat(result.err()).startsWith("tidemill: ").doesNotContain("Exception");
    return result.err();
  }
}
