package dev.tidemill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.cli.run.ExitStatus;
import dev.tidemill.producer.source.SourceFormats;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

class HelpTest {
  @Test
  void listsAllCommandsAndWhereToStart() {
    CommandResult result = CommandResult.tidemill("--help");

    assertThat(result.status()).isEqualTo(ExitStatus.DONE);
    assertThat(result.err()).isEmpty();
    assertThat(result.out())
        .contains("tidemill demo --exit-when-done")
        .contains("Exit status: 0 done");
    assertThat(Tidemill.commandLine().getSubcommands().keySet())
        .contains("demo", "broker", "topics", "produce", "train", "serve", "predict", "models")
        .contains("label", "tail", "inspect")
        .allSatisfy(command -> assertThat(result.out()).contains("  " + command + " "));
  }

  /** All options of all commands would take a good part of a start. */
  @Test
  void buildsOnlyTheCommandThatRuns() {
    assertThat(Tidemill.commandLineFor("serve", "--model", "m").getSubcommands())
        .containsOnlyKeys("serve");
    assertThat(Tidemill.commandLineFor("serv").getSubcommands())
        .isNotEmpty()
        .containsOnlyKeys(Tidemill.commandLine().getSubcommands().keySet());
  }

  @ParameterizedTest
  @MethodSource("commands")
  void everyCommandDescribesItselfAndEachOption(List<String> command) {
    List<String> arguments = new ArrayList<>(command);
    arguments.add("--help");
    CommandResult result = CommandResult.tidemill(arguments.toArray(String[]::new));

    assertThat(result.status()).isEqualTo(ExitStatus.DONE);
    assertThat(result.err()).isEmpty();
    CommandLine found = find(command);
    assertThat(found.getCommandSpec().usageMessage().header()).isNotEmpty();
    for (OptionSpec option : found.getCommandSpec().options()) {
      assertThat(result.out()).contains(option.longestName());
      assertThat(option.description()).as(option.longestName()).isNotEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"produce", "predict", "label", "demo"})
  void listsTheSourcesThatAreFound(String command) {
    String text = CommandResult.tidemill(command, "--help").out(); // wrapped anywhere
    assertThat(text.replaceAll("\\s", ""))
        .contains(SourceFormats.forms().replaceAll("\\s", ""))
        .doesNotContain("${");
  }

  @ParameterizedTest
  @MethodSource("commands")
  void fitsEightyColumns(List<String> command) {
    List<String> arguments = new ArrayList<>(command);
    arguments.add("--help");
    assertThat(CommandResult.tidemill(arguments.toArray(String[]::new)).out().lines())
        .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void examplesAreCommandLinesThatParse(List<String> command) {
    for (String line : find(command).getCommandSpec().usageMessage().footer()) {
      int begin = line.indexOf("tidemill ");
      if (line.startsWith("  ") && begin >= 0) {
        String[] words = line.substring(begin).strip().split("\\s+");
        assertThat(
                Tidemill.commandLine()
                    .parseArgs(List.of(words).subList(1, words.length).toArray(String[]::new))
                    .errors())
            .as(line)
            .isEmpty();
      }
    }
  }

  @Test
  void helpCommandAndHelpOptionPrintTheSame() {
    assertThat(CommandResult.tidemill("help", "train").out())
        .isEqualTo(CommandResult.tidemill("train", "--help").out());
  }

  @Test
  void versionNamesTidemillAndJava() {
    CommandResult result = CommandResult.tidemill("--version");

    assertThat(result.status()).isEqualTo(ExitStatus.DONE);
    assertThat(result.out()).startsWith("tidemill ").contains("Java " + Runtime.version());
  }

  @Test
  void completionScriptContainsTheOptions() {
    CommandResult result = CommandResult.tidemill("generate-completion");

    assertThat(result.status()).isEqualTo(ExitStatus.DONE);
    assertThat(result.out()).startsWith("#!").contains("complete").contains("--bootstrap-server");
  }

  static Stream<List<String>> commands() {
    return commands(Tidemill.commandLine(), List.of());
  }

  private static Stream<List<String>> commands(CommandLine parent, List<String> path) {
    return parent.getSubcommands().entrySet().stream()
        .filter(entry -> !List.of("help", "generate-completion").contains(entry.getKey()))
        .flatMap(
            entry -> {
              List<String> child = new ArrayList<>(path);
              child.add(entry.getKey());
              return Stream.concat(Stream.of(child), commands(entry.getValue(), child));
            });
  }

  private static CommandLine find(List<String> path) {
    CommandLine found = Tidemill.commandLine();
    for (String name : path) {
      found = Objects.requireNonNull(found.getSubcommands().get(name));
    }
    return found;
  }
}
