package dev.tidemill.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The benchmarks that the command finds, and the document that they are written into. */
class DocumentedSuiteTest {
  private static final Path ROOT = Path.of(System.getProperty("tidemill.root", "."));

  @Test
  void everyBenchmarkHasItsPlaceInTheDocument() {
    Document document = new Document(ROOT.resolve("docs/benchmarks.md"));
    assertThat(Suite.load().all()).isNotEmpty();
    for (Benchmark benchmark : Suite.load().all()) {
      assertThat(List.of("", "@torch"))
          .anySatisfy(
              engine ->
                  assertThatCode(() -> document.requirePlace(benchmark.name() + engine))
                      .doesNotThrowAnyException());
    }
  }

  @Test
  void namesAreDifferentAndSentencesShort() {
    assertThat(Suite.load().all()).extracting(Benchmark::name).doesNotHaveDuplicates();
    assertThat(Suite.load().all())
        .allSatisfy(benchmark -> assertThat(benchmark.about()).isNotBlank().hasSizeLessThan(120));
  }
}
