package dev.tidemill.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One report in its three formats. */
class ReportsTest {
  private static final Session SESSION =
      new Session(
          new Machine("A CPU", 2, 16_000_000_000L, "AVX2", "Linux 6"),
          LocalDate.of(2026, 11, 21),
          "--rounds 3",
          "");
  private static final Report REPORT = new Report("train");

  static {
    Report.Table table = REPORT.table("LeNet", "B | ours");
    table.row(32, new Figure(2, 1, 3, "ms"));
    table.row(128, Optional.empty());
    REPORT.atLeast(20, "ours ÷ stock", Optional.of(new Figure(25, 24, 26, "×")));
    REPORT.atMost(1.1, "with ÷ without", Optional.of(new Figure(1.2, 1, 2, "×")));
    REPORT.atLeast(1, "ours ÷ PyTorch", Optional.empty());
    REPORT.note("PyTorch: not run: no torch in $PYTHON.");
    REPORT.versions(Map.of("JDK", "17", "DL4J", "1.0"));
  }

  @TempDir Path folder;

  @Test
  void writesTheReportIntoItsPlaceAndKeepsTheRest() throws Exception {
    Path file = folder.resolve("benchmarks.md");
    Files.writeString(file, "before\n<!-- bench:train -->\nold\n<!-- /bench:train -->\nafter\n");

    new Document(file).write(REPORT, SESSION);
    new Document(file).write(REPORT, SESSION);

    assertThat(Files.readString(file))
        .isEqualTo(
            """
            before
            <!-- bench:train -->

                ./tidemill bench train --rounds 3

            2026-11-21, A CPU, 2 cores, 16.0 GB memory, AVX2, Linux 6; DL4J 1.0, JDK 17.

            **LeNet**

            | B | ours |
            | --- | --- |
            | 32 | 2.00 ms (1.00–3.00) |
            | 128 | – |

            | target | wanted | measured |  |
            | --- | --- | --- | --- |
            | ours ÷ stock | ≥ 20.0 | 25.0× (24.0–26.0) | met |
            | with ÷ without | ≤ 1.10 | 1.20× (1.00–2.00) | **missed** |
            | ours ÷ PyTorch | ≥ 1.00 | – | **not run** |

            * PyTorch: not run: no torch in $PYTHON.

            <!-- /bench:train -->
            after
            """);
  }

  @Test
  void writesAVariantIntoItsOwnPlace() throws Exception {
    Path file = folder.resolve("benchmarks.md");
    Files.writeString(
        file,
        """
        <!-- bench:train -->
        <!-- /bench:train -->
        <!-- bench:train@25 -->
        <!-- /bench:train@25 -->
        """);
    Session other = new Session(SESSION.machine(), SESSION.date(), "--java-home HOME", "@25");

    new Document(file).write(REPORT, other);

    assertThat(Files.readString(file))
        .startsWith("<!-- bench:train -->\n<!-- /bench:train -->\n<!-- bench:train@25 -->")
        .contains("./tidemill bench train --java-home HOME");
  }

  @Test
  void rejectsADocumentWithoutThePlace() throws Exception {
    Path file = Files.writeString(folder.resolve("other.md"), "nothing\n");

    assertThatThrownBy(() -> new Document(file).requirePlace("train"))
        .isInstanceOf(BenchmarkException.class)
        .hasMessageContaining("other.md has no place between <!-- bench:train -->");
  }

  @Test
  void jsonHasEveryFigureWithUnitAndSpread() throws Exception {
    Path file = folder.resolve("out.json");

    SESSION.writeJson(file, List.of(REPORT));

    JsonNode tree = new ObjectMapper().readTree(file.toFile());
    assertThat(tree.at("/machine/cpu").asText()).isEqualTo("A CPU");
    JsonNode report = tree.at("/reports/0");
    assertThat(report.at("/command").asText()).isEqualTo("./tidemill bench train --rounds 3");
    assertThat(report.at("/tables/0/rows/0/ours/median").asDouble()).isEqualTo(2);
    assertThat(report.at("/tables/0/rows/0/ours/unit").asText()).isEqualTo("ms");
    assertThat(report.at("/targets/1/verdict").asText()).isEqualTo("MISSED");
    assertThat(report.at("/targets/2/verdict").asText()).isEqualTo("NOT_RUN");
    assertThat(report.at("/targets/2").has("measured")).isFalse();
    assertThat(report.at("/versions/DL4J").asText()).isEqualTo("1.0");
  }

  @Test
  void alignsColumnsOnATerminal() {
    StringWriter text = new StringWriter();

    SESSION.print(REPORT, new PrintWriter(text));

    assertThat(text.toString())
        .contains(
            """
            LeNet
            B    ours
            32   2.00 ms (1.00–3.00)
            128  –
            """)
        .contains("ours ÷ stock    ≥ 20.0  25.0× (24.0–26.0)  met\n")
        .contains("note: PyTorch: not run: no torch in $PYTHON.");
  }

  @Test
  void rejectsARowOfAnotherLength() {
    Report.Table table = new Report("train").table("LeNet", "a | b");
    assertThatThrownBy(() -> table.row(1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("LeNet");
  }
}
