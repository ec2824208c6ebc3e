package dev.tidemill.benchmarks;

import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A JDK that runs participants with the suite's class path and JVM flags. */
public record JavaRuntime(Path home, Isa isa) {
  /** The class of {@code ./tidemill}. */
  public static final String TIDEMILL = "dev.tidemill.cli.Tidemill";

  private static final List<String> SMALL_HEAP_FLAGS =
      List.of("-XX:+UseSerialGC", "-Xms48m", "-XX:NewSize=24m");

  /** The JDK may be older or newer than the suite's, and lack some flags. */
  private static final List<String> ANY_VERSION =
      List.of("-XX:+IgnoreUnrecognizedVMOptions", "--sun-misc-unsafe-memory-access=allow");

  private static final List<String> INHERITED =
      List.of("-X", "--enable-native-access", "-Dorg.bytedeco");

  /** The JDK that runs the suite. */
  public static JavaRuntime own() {
    return of(Path.of(System.getProperty("java.home")), Isa.NATIVE);
  }

  /**
   * The JDK in a folder.
   *
   * @throws BenchmarkException if there is none
   */
  static JavaRuntime of(Path home, Isa isa) {
    JavaRuntime runtime = new JavaRuntime(home, isa);
    if (!Files.isExecutable(runtime.executable())) {
      throw new BenchmarkException("no Java in " + home + ": no bin/java");
    }
    return runtime;
  }

  /** Launches a main class of the suite. */
  public Launch launch(String name, Class<?> main, String... arguments) {
    return launch(name, List.of(), main.getName(), List.of(arguments));
  }

  /** Launches any main class on the class path, with more flags for its JVM. */
  public Launch launch(String name, List<String> flags, String main, List<String> arguments) {
    // Surefire starts tests with a class path of one jar, which names the real one.
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    List<String> java = List.of(executable().toString());
    List<String> program = List.of("-cp", classPath, main);
    List<String> command = Launch.join(java, flags(), flags, program, arguments);
    return new Launch(name, command, isa.environment());
  }

  /**
   * Launches {@code tidemill serve}, or another command with a small heap, with the flags and
   * environment of the script.
   */
  public Launch launchSmallHeap(String name, List<String> flags, List<String> arguments) {
    return launch(name, Launch.join(SMALL_HEAP_FLAGS, flags), TIDEMILL, arguments)
        .withEnvironment(Map.of("MALLOC_ARENA_MAX", "2"));
  }

  /**
   * The feature release, e.g. 25.
   *
   * @throws BenchmarkException if the JDK's file {@code release} does not name it
   */
  int feature() {
    Path file = home.resolve("release");
    String version = Machine.first(Machine.read(file), "(?m)^JAVA_VERSION=\"(\\d+)");
    if (version.equals(Machine.UNKNOWN)) {
      throw new BenchmarkException("no JAVA_VERSION in " + file);
    }
    return Integer.parseInt(version);
  }

  public Path executable() {
    return home.resolve("bin").resolve("java");
  }

  /** The suite's own JVM flags, and flags that every JVM version accepts. */
  public List<String> flags() {
    List<String> inherited =
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
            .filter(flag -> INHERITED.stream().anyMatch(flag::startsWith))
            .toList();
    return Launch.join(ANY_VERSION, inherited, isa.jvmFlags());
  }
}
