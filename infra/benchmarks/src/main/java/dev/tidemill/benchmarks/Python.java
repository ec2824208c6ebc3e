package dev.tidemill.benchmarks;

import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The Python that runs peers: {@code $PYTHON}, or {@code python3} on the path. It imports the
 * suite's scripts from the suite's jar.
 *
 * @param title for messages
 */
public record Python(String executable, String title, Isa isa) {
  private static final String PRINT_MISSING =
      "import importlib.util as u, sys;"
          + " print(' '.join(m for m in sys.argv[1:] if u.find_spec(m) is None))";

  /** The Python that the environment names. */
  static Python of(Map<String, String> environment, Isa isa) {
    String named = environment.getOrDefault("PYTHON", "");
    return named.isBlank()
        ? new Python("python3", "python3 (set PYTHON to choose another)", isa)
        : new Python(named, "$PYTHON", isa);
  }

  /**
   * Why a participant that imports these modules cannot run, e.g. {@code no torch in $PYTHON};
   * empty if it can.
   */
  Optional<String> missing(List<String> modules) {
    List<String> command = Launch.join(List.of(executable, "-c", PRINT_MISSING), modules);
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      byte[] bytes = process.getInputStream().readAllBytes();
      String output = new String(bytes, StandardCharsets.UTF_8).strip();
      if (process.waitFor() != 0) {
        return Optional.of(title + " does not run: " + output);
      }
      return Optional.of(output)
          .filter(names -> !names.isEmpty())
          .map(names -> "no " + names.replace(" ", ", no ") + " in " + title);
    } catch (IOException e) {
      return Optional.of("no " + title);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchmarkException("interrupted while " + title + " ran", e);
    }
  }

  /**
   * Launches a script of the suite.
   *
   * @param module its name in {@code src/main/python}, without {@code .py}
   */
  public Launch launch(String name, String module, String... arguments) {
    URL suite = Python.class.getProtectionDomain().getCodeSource().getLocation();
    Path scripts = Path.of(URI.create(suite.toString())).resolve("python");
    String more = System.getenv().getOrDefault("PYTHONPATH", "");
    // No __pycache__ beside the scripts, and unbuffered output.
    List<String> python = List.of(executable, "-B", "-u", "-m", module);
    return new Launch(name, Launch.join(python, List.of(arguments)), isa.environment())
        .withEnvironment(Map.of("PYTHONPATH", scripts + ":" + more));
  }
}
