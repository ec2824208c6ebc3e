package dev.tidemill.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.cli.Tidemill;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class BenchCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir Path folder;

  @Test
  void runsAndWritesTheNamedBenchmark() throws Exception {
    Path document =
        Files.writeString(folder.resolve("one.md"), "<!-- bench:one -->\n<!-- /bench:one -->\n");
    Path json = folder.resolve("b.json");

    int status =
        run("one", "--rounds", "4", "--write", folder.toString(), "--json", json.toString());

    assertThat(err.toString()).contains("bench: one: about one");
    assertThat(status).isZero();
    assertThat(out.toString()).contains("rounds  4").doesNotContain("two");
    assertThat(Files.readString(document)).contains("./tidemill bench one --rounds 4", "| 4 |");
    assertThat(json).content().contains("\"name\" : \"one\"");
  }

  @Test
  void saysWhichOptionsHaveNoEffect() {
    assertThat(run("one", "--rounds", "4", "--spec", "lenet", "--engine", "torch")).isZero();
    assertThat(out.toString())
        .contains("note: --spec has no effect here.", "note: --engine has no effect here.")
        .doesNotContain("--rounds has");
  }

  @Test
  void runsTheOthersAfterAFailure() {
    assertThat(run("broken", "two")).isEqualTo(1);
    assertThat(err.toString()).contains("bench: broken failed: it broke");
    assertThat(out.toString()).contains("./tidemill bench two");
  }

  @Test
  void runsTheOthersAfterAnUnexpectedFailure() {
    assertThat(run("lost", "two")).isEqualTo(1);
    assertThat(err.toString())
        .contains("bench: lost failed: java.lang.IllegalStateException: no broker");
    assertThat(out.toString()).contains("./tidemill bench two");
  }

  @Test
  void rejectsUnknownNamesAndListsTheKnownOnes() {
    assertThat(run("three", "one", "four")).isEqualTo(2);
    assertThat(err.toString())
        .contains("tidemill: no benchmark three, four; there are one, two, broken, lost");
  }

  @Test
  void rejectsACallWithoutNames() {
    assertThat(run()).isEqualTo(2);
    assertThat(err.toString()).contains("Missing required parameter: 'NAME'");
  }

  @Test
  void rejectsADocumentWithoutThePlaceBeforeMeasuring() throws Exception {
    Files.writeString(folder.resolve("one.md"), "");
    assertThat(run("one", "--write", folder.toString())).isEqualTo(1);
    assertThat(err.toString()).contains("has no place").doesNotContain("about one");
  }

  @Test
  void rejectsAMissingDocumentBeforeMeasuring() {
    assertThat(run("one", "--write", folder.toString())).isEqualTo(1);
    assertThat(err.toString()).contains("one.md does not exist").doesNotContain("about one");
  }

  @Test
  void writesOptionsThatChangeFiguresIntoAPlaceOfTheirOwn() throws Exception {
    Path document =
        Files.writeString(
            folder.resolve("one.md"),
            "<!-- bench:one@torch@avx2 -->\n<!-- /bench:one@torch@avx2 -->\n");
    assertThat(run("one", "--isa", "avx2", "--engine", "torch", "--write", folder.toString()))
        .isZero();
    assertThat(document)
        .content()
        .contains("./tidemill bench one --isa avx2 --engine torch", "| isa | AVX2 |");
  }

  @Test
  void rejectsAFolderWithoutJava() {
    assertThat(run("one", "--java-home", folder.toString())).isEqualTo(1);
    assertThat(err.toString()).contains("no Java in " + folder);
  }

  @Test
  void listsAll() {
    assertThat(run("list")).isZero();
    assertThat(out.toString().lines().map(String::strip))
        .containsExactly(
            "one          about one",
            "two          about two",
            "broken       about broken",
            "lost         about lost");
  }

  private int run(String... arguments) {
    List<Benchmark> benchmarks =
        List.of(
            new Benchmark("one", "about one", BenchCommandTest::addOptions),
            new Benchmark("two", "about two", BenchCommandTest::addOptions),
            new Benchmark(
                "broken",
                "about broken",
                context -> {
                  throw new BenchmarkException("it broke");
                }),
            new Benchmark(
                "lost",
                "about lost",
                context -> {
                  throw new CompletionException(new IllegalStateException("no broker"));
                }));
    CommandLine tidemill = Tidemill.commandLine(new BenchCommand(benchmarks));
    tidemill.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    String[] all = new String[arguments.length + 1];
    all[0] = "bench";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return tidemill.execute(all);
  }

  private static void addOptions(BenchContext context) {
    Report.Table table = context.report().table("all", "option | value");
    table.row("rounds", context.rounds(9));
    table.row("isa", context.java().isa());
  }
}
