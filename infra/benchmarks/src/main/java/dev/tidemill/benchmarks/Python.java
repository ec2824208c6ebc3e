package dev.tidemill.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The Python that runs peers: {@code $PYTHON}, or {@code python3} on the path. Unpacks the suite's
 * scripts from the class path when it first launches one.
 *
 * @param title for messages
 * @param folder for the scripts
 */
public record Python(String executable, String title, Path folder, Isa isa) {
  private static final List<String> SCRIPTS =
      List.of(
          "answerer.py",
          "participant.py",
          "torch_layers.py",
          "torch_participant.py",
          "torch_task.py",
          "trainer.py");
  private static final String PRINT_MISSING =
      "import importlib.util as u, sys;"
          + " print(' '.join(m for m in sys.argv[1:] if u.find_spec(m) is None))";

  /**
   * The Python that the environment names.
   *
   * @param folder for the scripts
   */
  static Python of(Map<String, String> environment, Path folder, Isa isa) {
    String named = environment.getOrDefault("PYTHON", "");
    return named.isBlank()
        ? new Python("python3", "python3 (set PYTHON to choose another)", folder, isa)
        : new Python(named, "$PYTHON", folder, isa);
  }

  /**
   * Why a participant that imports these modules cannot run, e.g. {@code no torch in $PYTHON};
   * empty if it can.
   */
  public Optional<String> missing(List<String> modules) {
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

  /** Returns whether a participant that imports these modules can run; a note says why not. */
  public boolean canRun(String participant, List<String> modules, Report report) {
    Optional<String> missing = missing(modules);
    missing.ifPresent(why -> report.note(participant + " was not run: " + why + "."));
    return missing.isEmpty();
  }

  /**
   * Launches a script of the suite.
   *
   * @param script its name in {@code src/main/python}
   */
  public Launch launch(String name, String script, List<String> arguments) {
    if (!Files.exists(folder)) {
      unpack();
    }
    // No __pycache__ in the folder, and unbuffered output.
    List<String> python = List.of(executable, "-B", "-u", folder.resolve(script).toString());
    return new Launch(name, Launch.join(python, arguments), isa.environment());
  }

  private void unpack() {
    try {
      Files.createDirectories(folder);
      for (String script : SCRIPTS) {
        try (InputStream source = Python.class.getResourceAsStream("/python/" + script)) {
          Objects.requireNonNull(source, script);
          long unused = Files.copy(source, folder.resolve(script));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot unpack Python scripts into " + folder, e);
    }
  }
}
