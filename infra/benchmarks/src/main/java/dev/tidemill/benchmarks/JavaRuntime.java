package dev.tidemill.benchmarks;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A JDK that runs participants: the suite's class path, and the flags that it was started with. */
public final class JavaRuntime {
  private static final List<String> INHERITED =
      List.of("-X", "--enable-native-access", "-Dorg.bytedeco");

  private final Path home;
  private final Path executable;

  private JavaRuntime(Path home, Path executable) {
    this.home = home;
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
    return new JavaRuntime(home, executable);
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
    command.addAll(flags());
    command.addAll(flags);
    command.addAll(List.of("-cp", classPath(), main));
    command.addAll(arguments);
    return new Launch(name, command, Map.of());
  }

  /**
   * Its feature release, e.g. 25.
   *
   * @throws BenchmarkException if its file {@code release} does not say
   */
  int feature() {
    Path release = home.resolve("release");
    try {
      Matcher version =
          Pattern.compile("(?m)^JAVA_VERSION=\"(\\d+)").matcher(Files.readString(release));
      if (version.find()) {
        return Integer.parseInt(version.group(1));
      }
    } catch (IOException e) {
      throw new BenchmarkException("cannot read " + release, e);
    }
    throw new BenchmarkException(release + " names no JAVA_VERSION");
  }

  public Path executable() {
    return executable;
  }

  /** The suite's own, and those that a JVM of any version may be given beside them. */
  public List<String> flags() {
    List<String> flags = new ArrayList<>();
    // The home may be of another version than the suite's, which lacks some flags.
    flags.add("-XX:+IgnoreUnrecognizedVMOptions");
    flags.add("--sun-misc-unsafe-memory-access=allow");
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(flag -> INHERITED.stream().anyMatch(flag::startsWith))
        .forEach(flags::add);
    return flags;
  }

  // Surefire starts tests with a class path of one jar that names the real one.
  private static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }
}
