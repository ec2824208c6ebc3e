package dev.tidemill.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.cli.Tidemill;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class BenchCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir Path folder;

  @Test
  void runsWhatIsNamedAndWritesIt() throws Exception {
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
  void theOthersAreRunWhenOneFails() {
    assertThat(run("broken", "two")).isEqualTo(1);
    assertThat(err.toString()).contains("bench: broken failed: it broke");
    assertThat(out.toString()).contains("./tidemill bench two");
  }

  @Test
  void theOthersAreRunWhenOneFailsInAWayThatNobodyForesaw() {
    assertThat(run("lost", "two")).isEqualTo(1);
    assertThat(err.toString())
        .contains("bench: lost failed: java.lang.IllegalStateException: no broker");
    assertThat(out.toString()).contains("./tidemill bench two");
  }

  @Test
  void anUnknownNameIsAUsageFaultThatNamesThoseThereAre() {
    assertThat(run("three")).isEqualTo(2);
    assertThat(err.toString())
        .contains("tidemill: no benchmark three; there are one, two, broken, lost");
  }

  @Test
  void noNameIsAUsageFault() {
    assertThat(run()).isEqualTo(2);
    assertThat(err.toString()).contains("'bench list' names them");
  }

  @Test
  void aDocumentWithoutThePlaceIsToldBeforeAnythingIsMeasured() throws Exception {
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
  void aFolderWithoutJavaIsAFault() {
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
    Suite suite =
        new Suite(
            List.of(
                new Fixed("one", BenchCommandTest::rounds),
                new Fixed("two", BenchCommandTest::rounds),
                new Fixed(
                    "broken",
                    context -> {
                      throw new BenchmarkException("it broke");
                    }),
                new Fixed(
                    "lost",
                    context -> {
                      throw new CompletionException(new IllegalStateException("no broker"));
                    })));
    CommandLine tidemill = Tidemill.commandLine(new BenchCommand(suite));
    tidemill.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    String[] all = new String[arguments.length + 1];
    all[0] = "bench";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return tidemill.execute(all);
  }

  private static List<List<Cell>> rounds(BenchContext context) {
    return List.of(List.of(Cell.of("rounds"), Cell.of(context.rounds(9))));
  }

  private record Fixed(String name, Function<BenchContext, List<List<Cell>>> rows)
      implements Benchmark {
    @Override
    public String about() {
      return "about " + name;
    }

    @Override
    public Report run(BenchContext context) {
      return Report.of(this).table("all", List.of("what", "how"), rows.apply(context)).build();
    }
  }
}
