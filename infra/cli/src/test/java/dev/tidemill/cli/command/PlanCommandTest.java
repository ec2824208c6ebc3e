package dev.tidemill.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidemill.cli.CommandResult;
import dev.tidemill.cli.run.ExitStatus;
import dev.tidemill.engine.ModelSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlanCommandTest {

  @Test
  void alignsLayersAndMemoryInTables() {
    CommandResult result =
        CommandResult.tidemill("plan", "--spec", "mlp", "--batch-size", "1,1024");
    assertThat(result.err()).isEmpty();
    assertThat(result.out())
        .isEqualTo(
            """
            layer  type           output       parameters    FLOPs     kept
            input  input          [1, 28, 28]           0        0  3.1 KiB
            0      flatten        [784]                 0        0      0 B
            fc1    linear         [128]           100,480  200,704      0 B
            2      relu           [128]                 0        0    512 B
            fc2    linear         [10]              1,290    2,560      0 B
            loss   cross_entropy                        0        0     40 B
            all                                   101,770  203,264  3.6 KiB

            Memory of a step, optimizer adam:
            batch size  at once  parameters  gradients  optimizer  activations    total
                     1        1   397.5 KiB  397.5 KiB  795.1 KiB      4.6 KiB  1.6 MiB
                  1024     1024   397.5 KiB  397.5 KiB  795.1 KiB      4.6 MiB  6.2 MiB
            """);
  }

  @Test
  void jsonHasOneLinePerLayerAndBatchSize() throws IOException {
    CommandResult result = CommandResult.tidemill("plan", "--spec", "transformer", "--json");
    List<String> lines = result.out().lines().toList();
    ObjectMapper json = new ObjectMapper();
    JsonNode first = json.readTree(lines.get(1));
    assertThat(first.path("layer").asText()).isEqualTo("embedding");
    assertThat(first.path("parameters").asLong()).isEqualTo(256 * 64);
    JsonNode last = json.readTree(lines.get(lines.size() - 1));
    assertThat(last.path("batch_size").asInt()).isEqualTo(512);
    assertThat(last.path("optimizer_bytes").asLong()).isEqualTo(2 * 4 * 137_216);
  }

  @Test
  void respectsTheMicroBatchSize(@TempDir Path folder) throws IOException {
    String yaml =
        ModelSpec.load("transformer").toYaml().replace("seed: 1", "seed: 1, micro_batch_size: 4");
    Path file = Files.writeString(folder.resolve("small.yaml"), yaml);
    CommandResult result =
        CommandResult.tidemill("plan", "--spec", file.toString(), "--batch-size", "64", "--json");
    List<String> lines = result.out().lines().toList();
    JsonNode last = new ObjectMapper().readTree(lines.get(lines.size() - 1));
    assertThat(last.path("at_once").asInt()).isEqualTo(4);
  }

  @Test
  void rejectsABatchSizeOfZero() {
    CommandResult result = CommandResult.tidemill("plan", "--batch-size", "8,0");
    assertThat(result.status()).isEqualTo(ExitStatus.WRONG_USAGE);
    assertThat(result.err()).contains("--batch-size must be at least 1, not 0");
  }
}
