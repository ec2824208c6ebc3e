package dev.tidemill.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The Python that runs peers: {@code $PYTHON}, or the {@code python3} on the path. */
public final class Python {
  private static final String WHAT_IS_MISSING =
      "import importlib.util as u, sys;"
          + " print(' '.join(m for m in sys.argv[1:] if u.find_spec(m) is None))";

  private final String executable;
  private final String title;
  private final PythonScripts scripts;

  private Python(String executable, String title, PythonScripts scripts) {
    this.executable = executable;
    this.title = title;
    this.scripts = scripts;
  }

  /**
   * The one that the environment names.
   *
   * @param folder where scripts are unpacked
   */
  static Python of(Map<String, String> environment, Path folder) {
    String named = environment.get("PYTHON");
    PythonScripts scripts = new PythonScripts(folder);
    return named == null || named.isBlank()
        ? new Python("python3", "python3 (set PYTHON to choose another)", scripts)
        : new Python(named, "$PYTHON", scripts);
  }

  /**
   * Why a participant that needs some modules cannot run, e.g. {@code no torch in $PYTHON}; empty
   * when it can.
   */
  public Optional<String> whyNot(List<String> modules) {
    List<String> command = new ArrayList<>(List.of(executable, "-c", WHAT_IS_MISSING));
    command.addAll(modules);
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String said =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      if (process.waitFor() != 0) {
        return Optional.of(title + " does not run: " + said);
      }
      return said.isEmpty()
          ? Optional.empty()
          : Optional.of("no " + said.replace(" ", ", no ") + " in " + title);
    } catch (IOException e) {
      return Optional.of("no " + title);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchmarkException("interrupted while asking " + title, e);
    }
  }

  /**
   * A script of the suite.
   *
   * @param script its file's name in {@code src/main/python}; it may import those beside it
   */
  public Launch launch(String name, String script, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(executable);
    // No __pycache__ in the folder, and output that is seen when it is written.
    command.addAll(List.of("-B", "-u", scripts.path(script).toString()));
    command.addAll(arguments);
    return new Launch(name, command, Map.of());
  }
}
