package dev.tidemill.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.tidemill.benchmarks.suite.Bench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The benchmarks that the command finds, and the pages with their reports. */
class DocumentedSuiteTest {
  private static final Path ROOT = Path.of(System.getProperty("tidemill.root", "."));
  private static final Path PAGES = ROOT.resolve("docs/benchmarks");
  private static final Pattern TARGET =
      Pattern.compile("\\|.*\\| (met|\\*\\*(missed|not run)\\*\\*) \\|");

  @Test
  void everyBenchmarkHasAPlaceInItsPage() {
    assertThat(Bench.ALL).isNotEmpty();
    for (Benchmark benchmark : Bench.ALL) {
      Document document = Document.of(PAGES, benchmark.name());
      assertThat(List.of("", "@torch"))
          .anySatisfy(
              engine ->
                  assertThatCode(() -> document.requirePlace(benchmark.name() + engine))
                      .doesNotThrowAnyException());
    }
  }

  /** The overview is written by hand; nothing else notices that it is stale. */
  @Test
  void overviewListsEveryMissedTargetAndOnlyMeasuredOnes() throws IOException {
    List<String> overview = targets(ROOT.resolve("docs/benchmarks.md"));
    List<String> measured = new ArrayList<>();
    for (Benchmark benchmark : Bench.ALL) {
      measured.addAll(targets(PAGES.resolve(benchmark.name() + ".md")));
    }
    assertThat(overview).isNotEmpty().isSubsetOf(measured);
    assertThat(overview).containsAll(measured.stream().filter(t -> t.contains("**")).toList());
  }

  private static List<String> targets(Path page) throws IOException {
    return Files.readAllLines(page).stream().filter(TARGET.asMatchPredicate()).toList();
  }

  @Test
  void namesDifferAndDescriptionsAreShort() {
    assertThat(Bench.ALL).extracting(Benchmark::name).doesNotHaveDuplicates();
    assertThat(Bench.ALL)
        .allSatisfy(benchmark -> assertThat(benchmark.about()).isNotBlank().hasSizeLessThan(120));
  }
}
