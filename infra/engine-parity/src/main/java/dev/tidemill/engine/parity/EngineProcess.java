package dev.tidemill.engine.parity;

import dev.tidemill.engine.Engine;
import dev.tidemill.engine.Engines;
import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.TrainableModel;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A process that trains one step, then lists the shared libraries that it has loaded. */
final class EngineProcess {
  private static final Path MAPS = Path.of("/proc/self/maps");
  private static final List<String> INHERITED =
      List.of("--enable-native-access", "--sun-misc-unsafe", "-XX:+IgnoreUnrecognized");

  private final Process process;
  private final Path output;

  private EngineProcess(Process process, Path output) {
    this.process = process;
    this.output = output;
  }

  /**
   * Starts a process.
   *
   * @param environment variables to add to those of this process
   * @param output file for the output
   */
  static EngineProcess start(String engine, Map<String, String> environment, Path output)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    java.lang.management.ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(flag -> INHERITED.stream().anyMatch(flag::startsWith))
        .forEach(command::add);
    command.add("-Dorg.bytedeco.javacpp.maxphysicalbytes=0");
    command.add("-XX:ErrorFile=" + output + ".hs_err");
    command.addAll(List.of("-cp", classPath(), EngineProcess.class.getName(), engine));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    builder.environment().putAll(environment);
    return new EngineProcess(builder.start(), output);
  }

  /** Waits for the process to end and returns its output lines. Fails if its status is not 0. */
  List<String> lines() throws InterruptedException, IOException {
    int status = process.waitFor();
    List<String> lines = Files.readAllLines(output);
    if (status != 0) {
      throw new AssertionError("status " + status + ":\n" + String.join("\n", lines));
    }
    return lines;
  }

  /** The jars on the class path of this process and of the started one. */
  static Stream<Path> jars() {
    return Stream.of(classPath().split(File.pathSeparator))
        .filter(entry -> entry.endsWith(".jar"))
        .map(Path::of);
  }

  // Surefire's own class path is a single jar that refers to the real one.
  private static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }

  /** Trains a step and loads a model for serving with the named engine. */
  public static void main(String[] arguments) throws IOException {
    Engine engine = Engines.named(arguments[0]);
    ModelSpec spec = ModelSpec.load("lenet");
    Samples samples = new Samples(spec, 4);
    try (TrainableModel model = engine.create(ModelState.initial(spec, 1), 1)) {
      model.step(samples.batch(0, 4));
    }
    engine.load(ModelState.initial(spec, 1), 4).close();
    try (Stream<String> mapped = Files.lines(MAPS)) {
      mapped
          .filter(line -> line.contains("/"))
          .map(line -> line.substring(line.indexOf('/')))
          .distinct()
          .forEach(System.out::println);
    }
  }
}
