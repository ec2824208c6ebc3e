package dev.tidemill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.cli.run.ExitStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Wrong usage exits with status 2 and prints each fault on its own line of standard error. */
class WrongUsageTest {
  @TempDir private Path folder;

  @Test
  void suggestsACommand() {
    assertThat(wrong("tran").err()).contains("'tran'").contains("tidemill train");
  }

  @Test
  void suggestsAnOption() {
    assertThat(wrong("train", "--modle", "digits").err())
        .contains("'--modle'")
        .contains("--model")
        .contains("See 'tidemill train --help'.");
  }

  @Test
  void requiresACommand() {
    assertThat(wrong().errorLines())
        .containsExactly("tidemill: a command is missing", "See 'tidemill --help'.");
  }

  @Test
  void listsSubcommandsIfOneIsMissing() {
    assertThat(wrong("topics").err()).contains("create").contains("describe").contains("acls");
    assertThat(wrong("models").err()).contains("list").contains("verify").contains("pin");
  }

  @Test
  void namesAMissingOption() {
    assertThat(wrong("produce").err()).contains("--data");
    assertThat(wrong("models", "export").err()).contains("FILE.safetensors");
    assertThat(wrong("tail").err()).contains("TOPIC");
    assertThat(wrong("inspect").err()).contains("REQUEST-ID");
    assertThat(wrong("label").err()).contains("--data");
  }

  @Test
  void rejectsFactorsAndVersionsOutOfRange() {
    for (String factor : new String[] {"0", "NaN", "1000.5", "Infinity"}) {
      assertThat(wrong("train", "learning-rate", factor).err())
          .contains("a factor of the learning rate is above 0 and at most 1000");
    }
    assertThat(wrong("train", "learning-rate").err()).contains("FACTOR");
    assertThat(wrong("train", "pause", "--timeout", "0").err())
        .contains("the timeout is at least 1 s, not 0");
    for (String command : new String[] {"rollback", "delete"}) {
      assertThat(wrong("models", command, "0").err()).contains("a version is at least 1, not 0");
    }
  }

  @Test
  void rejectsOptionsInFrontOfASubcommand() {
    assertThat(wrong("train", "--epochs", "3", "pause").err())
        .contains("options belong behind the subcommand: tidemill train pause [OPTIONS]");
  }

  @Test
  void reportsAllWrongSettingsTogether() {
    CommandResult result =
        wrong(
            "train",
            "--set",
            "trainer.epochs=-3",
            "--set",
            "checkpoint.interval.samples=many",
            "--set",
            "chekpoint.keep=2");

    assertThat(result.errorLines())
        .hasSize(3)
        .allSatisfy(line -> assertThat(line).startsWith("tidemill: "))
        .anySatisfy(line -> assertThat(line).contains("epochs").contains("-3"))
        .anySatisfy(
            line -> assertThat(line).contains("checkpoint.interval.samples").contains("many"))
        .anySatisfy(
            line -> assertThat(line).contains("chekpoint.keep").contains("checkpoint.keep"));
  }

  @Test
  void reportsAllFaultsOfASpec() throws IOException {
    Path spec = folder.resolve("net.yaml");
    Files.writeString(
        spec,
        """
        name: net
        input: {shape: [4]}
        layers:
          - {type: linear, name: fc1, out_features: -1}
          - {type: conv9d}
        loss: cross_entropy
        optimizer: {type: sgd, learning_rate: -1}
        """);

    assertThat(wrong("train", "--spec", spec.toString()).errorLines())
        .hasSizeGreaterThanOrEqualTo(3)
        .anySatisfy(line -> assertThat(line).contains("fc1").contains("out_features"))
        .anySatisfy(line -> assertThat(line).contains("conv9d"))
        .anySatisfy(line -> assertThat(line).contains("learning_rate"));
  }

  @Test
  void namesAMissingSpec() {
    assertThat(wrong("train", "--spec", "lenett").err()).contains("lenett");
  }

  @Test
  void namesAnUnknownEngine() {
    assertThat(wrong("train", "--engine", "abacus").err()).contains("abacus").contains("dl4j");
    assertThat(wrong("serve", "--engine", "abacus").err()).contains("abacus").contains("dl4j");
  }

  @ParameterizedTest
  @ValueSource(strings = {"images", "idx:", "csv:", "mnist:x", "digits:seed=x", "digits:color=3"})
  void rejectsUnknownSources(String source) {
    assertThat(wrong("produce", "--data", source).errorLines()).hasSize(1);
    assertThat(wrong("produce", "--data", source).err())
        .contains("data.source")
        .contains(source.substring(source.indexOf(':') + 1));
  }

  @Test
  void rejectsCountsBelowTheirMinimum() {
    assertThat(
            wrong("produce", "--data", "digits", "--epochs", "0", "--skip", "-1", "--limit", "0")
                .errorLines())
        .hasSize(3)
        .anySatisfy(line -> assertThat(line).contains("skip").contains("-1"))
        .anySatisfy(line -> assertThat(line).contains("limit").contains("0"))
        .anySatisfy(line -> assertThat(line).contains("epochs").contains("0"));
    assertThat(wrong("topics", "create", "--batches-partitions", "0").err()).contains("0");
    assertThat(wrong("train", "--epochs", "-1").err()).contains("epochs").contains("-1");
  }

  @Test
  void rejectsPlacesAndFieldsThatDoNotExist() {
    assertThat(wrong("tail", "label").err()).contains("\"label\"").contains("labels");
    assertThat(wrong("tail", "labels", "--from", "yesterday").err()).contains("'yesterday'");
    assertThat(wrong("tail", "labels", "--limit", "0").err()).contains("at least 1, not 0");
    assertThat(wrong("tail", "labels", "--where", "version=3").err())
        .contains("\"version\"")
        .contains("request_id");
    assertThat(wrong("inspect", "17", "--since", "today").err()).contains("--since");
  }

  @Test
  void rejectsAnEmptyDemo() {
    assertThat(
            wrong("demo", "--epochs", "0", "--train-samples", "-1", "--test-samples", "0")
                .errorLines())
        .containsExactly(
            "tidemill: --epochs must be at least 1, not 0",
            "tidemill: --train-samples must be at least 1, not -1",
            "tidemill: --test-samples must be at least 1, not 0");
  }

  @Test
  void requiresEitherDataOrGenerate() {
    assertThat(wrong("predict").err()).contains("--data=SOURCE").contains("--generate=N");
    assertThat(wrong("predict", "--data", "digits", "--generate", "5").err()).contains("not both");
    assertThat(wrong("predict", "--data", "digits", "--prompt", "a").err())
        .contains("--prompt and --temperature need --generate=N");
  }

  @Test
  void rejectsInvalidTextGeneration() {
    assertThat(wrong("predict", "--generate", "0").errorLines())
        .containsExactly("tidemill: --generate must be at least 1, not 0");
    assertThat(wrong("predict", "--generate", "5", "--temperature", "-1").err())
        .contains("temperature is -1.0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-5", "fast", "500/m"})
  void rejectsInvalidRates(String rate) {
    assertThat(wrong("produce", "--data", "digits", "--rate", rate).err())
        .contains("--rate")
        .contains(rate);
  }

  @Test
  void namesAMissingSettingsFile() {
    Path missing = folder.resolve("missing.properties");
    assertThat(wrong("serve", "--config", missing.toString()).errorLines())
        .containsExactly("tidemill: --config " + missing + ": the file does not exist");
  }

  @Test
  void namesAMalformedSettingsFile() throws IOException {
    Path file = Files.writeString(folder.resolve("my.properties"), "model=\\u00zz");
    assertThat(wrong("serve", "--config", file.toString()).err()).contains(file.toString());
  }

  private static CommandResult wrong(String... arguments) {
    CommandResult result = CommandResult.tidemill(arguments);
    assertThat(result.status()).as(result.err()).isEqualTo(ExitStatus.WRONG_USAGE);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).doesNotContain("\tat ").doesNotContain("Exception");
    return result;
  }
}
