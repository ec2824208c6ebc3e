package dev.tidemill.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.tidemill.cli.run.ExitStatus;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

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

  /** What a file contains cannot control the terminal, and does not hide where it stands. */
  @ParameterizedTest(name = "{0}")
  @MethodSource
  void namesThePlaceOfWhatCannotBeUsed(String name, byte[] content, String place)
      throws IOException {
    Path file = Files.write(folder.resolve(name), content);
    String format = name.substring(name.indexOf('.') + 1);
    String line = failed("contract", "derive", "--data", format + ":" + file).stripTrailing();
    assertThat(line)
        .contains(file + " " + place)
        .hasSizeLessThan(400)
        .doesNotContainPattern("\\p{Cntrl}");
  }

  static Stream<Arguments> namesThePlaceOfWhatCannotBeUsed() {
    String good = "{\"inputs\": [1.5], \"label\": 0}\n";
    return Stream.of(
        file(
            "note.csv",
            "dose,label\n0.5,0\n\"7\nmg\u001b[31m\",1\n",
            "line 3: column `dose` has numbers and also `7\uFFFDmg\uFFFD[31m`"),
        file(
            "long.csv",
            "dose,label\n0.5,0\n0.75,1\n" + "9x".repeat(15_000) + ",1\n",
            "line 4: column `dose` has numbers and also `9x9x"),
        arguments(
            "wide.csv",
            "\uFEFFdose,label\n0.5,0\n".getBytes(StandardCharsets.UTF_16LE),
            "line 1, column 1: not UTF-8"),
        file("empty.csv", "dose,label\n0.5,0\n0.75,1\n0.25,\n", "line 4, column `label`: no label"),
        file(
            "infinite.jsonl",
            good + "{\"inputs\": [-Infinity], \"label\": 1}\n",
            "line 2: not JSON: `-Infinity`"),
        file("late.jsonl", good.repeat(39) + "{\"inputs\": [2.5]}\n", "line 40: no label"));
  }

  private static Arguments file(String name, String text, String place) {
    return arguments(name, text.getBytes(StandardCharsets.UTF_8), place);
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
