package dev.tidemill.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PythonTest {
  @TempDir Path folder;

  @Test
  void reportsAMissingModule() {
    Python python = installed();
    assertThat(python.missing(List.of("json", "sys"))).isEmpty();
    assertThat(python.missing(List.of("json", "no_such_module")))
        .contains("no no_such_module in python3 (set PYTHON to choose another)");
  }

  @Test
  void reportsAMissingPython() {
    Python missing = Python.of(Map.of("PYTHON", "/no/such/python"), Isa.NATIVE);
    assertThat(missing.missing(List.of("json"))).contains("no $PYTHON");
  }

  @Test
  void aScriptImportsThoseOfTheSuite() throws Exception {
    Path script = folder.resolve("counting.py");
    Files.writeString(
        script,
        """
        from participant import serve
        print("a library's greeting")
        serve({"Counting": "1.0"}, lambda order: {"count": order["from"] + 1})
        """);
    Launch suites = installed().launch("counting", "participant");
    List<String> command = List.of(suites.command().get(0), script.toString());
    Launch launch = new Launch("counting", command, suites.environment());
    try (Participant participant = Participant.start(launch)) {
      assertThat(participant.versions()).containsKey("Python").containsEntry("Counting", "1.0");
      assertThat(participant.run(Map.of("from", 4)).path("count").asInt()).isEqualTo(5);
      assertThat(participant.run(Map.of("from", 8)).path("count").asInt()).isEqualTo(9);
    }
  }

  private Python installed() {
    Python python = Python.of(Map.of(), Isa.NATIVE);
    assumeTrue(python.missing(List.of("json")).isEmpty(), "no python3 here");
    return python;
  }
}
