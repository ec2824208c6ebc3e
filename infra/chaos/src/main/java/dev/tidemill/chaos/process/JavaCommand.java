package dev.tidemill.chaos.process;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Command lines of JVMs with this JVM's class path, for a dozen of them on two processors. */
public final class JavaCommand {
  /** The class of {@code ./tidemill}. */
  public static final String TIDEMILL = "dev.tidemill.cli.Tidemill";

  private static final List<String> INHERITED =
      List.of("-XX:+IgnoreUnrecognized", "--enable-native-access", "--sun-misc-unsafe", "-Dorg.b");

  /** Started often: code compiled once, and not well, and a heap that one thread collects. */
  private static final List<String> SMALL =
      List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xms32m", "-Xss512k");

  private JavaCommand() {}

  /**
   * Returns the command that runs a main class.
   *
   * @param heapMegabytes the largest heap
   */
  public static List<String> of(String mainClass, int heapMegabytes, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(flag -> INHERITED.stream().anyMatch(flag::startsWith))
        .forEach(command::add);
    command.addAll(SMALL);
    command.add("-Xmx" + heapMegabytes + "m");
    // Surefire's class path is a single jar that names the real one.
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    command.addAll(List.of("-cp", classPath, mainClass));
    command.addAll(arguments);
    return command;
  }
}
