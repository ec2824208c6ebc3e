package dev.tidemill.benchmarks;

import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A JDK that runs participants: the suite's class path, and the flags that it was started with. */
public final class JavaRuntime {
  private static final List<String> INHERITED =
      List.of("-X", "--enable-native-access", "-Dorg.bytedeco");

  private final Path executable;

  private JavaRuntime(Path executable) {
    this.executable = executable;
  }

  /** The one that the suite itself runs on. */
  public static JavaRuntime own() {
    return of(Path.of(System.getProperty("java.home")));
  }

  /**
   * The one in a folder.
   *
   * @throws BenchmarkException if there is none
   */
  public static JavaRuntime of(Path home) {
    Path executable = home.resolve("bin").resolve("java");
    if (!Files.isExecutable(executable)) {
      throw new BenchmarkException("no Java in " + home + ": " + executable + " does not exist");
    }
    return new JavaRuntime(executable);
  }

  /** A main class of the suite, or of anything on its class path. */
  public Launch launch(String name, Class<?> main, List<String> arguments) {
    return launch(name, List.of(), main.getName(), arguments);
  }

  /**
   * The same, with flags for its JVM.
   *
   * @param main e.g. {@code dev.tidemill.cli.Tidemill}
   */
  public Launch launch(String name, List<String> flags, String main, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(executable.toString());
    // The home may be of another version than the suite's, which lacks some flags.
    command.add("-XX:+IgnoreUnrecognizedVMOptions");
    command.add("--sun-misc-unsafe-memory-access=allow");
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(flag -> INHERITED.stream().anyMatch(flag::startsWith))
        .forEach(command::add);
    command.addAll(flags);
    command.addAll(List.of("-cp", classPath(), main));
    command.addAll(arguments);
    return new Launch(name, command, Map.of());
  }

  // Surefire starts tests with a class path of one jar that names the real one.
  private static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }
}
