package dev.tidemill.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A Markdown file with places for reports: what stands between {@code <!-- bench:NAME -->} and
 * {@code <!-- /bench:NAME -->} is written from NAME's report, the rest by hand. {@code NAME@torch}
 * is that of another engine ({@code --engine}), {@code NAME@25} that on JDK 25 ({@code
 * --java-home}).
 */
record Document(Path file) {

  /** A benchmark's document in a folder that has one for each. */
  static Document in(Path folder, String benchmark) {
    return new Document(folder.resolve(benchmark + ".md"));
  }

  /**
   * Checks that a document has a place: before anything is run, since that takes long.
   *
   * @throws BenchmarkException if there is no such document, or no place in it
   */
  void requirePlace(String place) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new BenchmarkException(file + " does not exist");
    }
    String unused = replaced(Files.readString(file), place, "");
  }

  /** Writes a report into its place. */
  void write(Report report, Session session) throws IOException {
    String text = MarkdownReport.text(report, session);
    Files.writeString(file, replaced(Files.readString(file), session.place(report.name()), text));
  }

  private String replaced(String document, String name, String section) {
    String begin = "<!-- bench:" + name + " -->\n";
    int from = document.indexOf(begin);
    int to = document.indexOf("<!-- /bench:" + name + " -->");
    if (from < 0 || to < from) {
      throw new BenchmarkException(
          file
              + " has no place between <!-- bench:"
              + name
              + " --> and <!-- /bench:"
              + name
              + " -->");
    }
    return document.substring(0, from + begin.length()) + section + document.substring(to);
  }
}
