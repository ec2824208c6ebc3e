package dev.tidemill.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What one benchmark found.
 *
 * @param name the benchmark's
 * @param notes sentences for the reader: what was not run and why, what was checked
 * @param versions of what took part, by its name, e.g. {@code PyTorch}
 */
public record Report(
    String name,
    List<ReportTable> tables,
    List<Target> targets,
    List<String> notes,
    Map<String, String> versions) {

  /** A report that is being put together. */
  public static final class Builder {
    private final String name;
    private final List<ReportTable> tables = new ArrayList<>();
    private final List<Target> targets = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final Map<String, String> versions = new TreeMap<>();

    private Builder(String name) {
      this.name = name;
    }

    public Builder table(String title, List<String> columns, List<List<Cell>> rows) {
      tables.add(new ReportTable(title, columns, rows));
      return this;
    }

    public Builder target(Target target) {
      targets.add(target);
      return this;
    }

    public Builder note(String sentence) {
      if (!notes.contains(sentence)) {
        notes.add(sentence);
      }
      return this;
    }

    /** Adds what participants told of themselves ({@link Participant#versions}). */
    public Builder versions(Map<String, String> told) {
      versions.putAll(told);
      return this;
    }

    public Report build() {
      return new Report(
          name,
          List.copyOf(tables),
          List.copyOf(targets),
          List.copyOf(notes),
          Map.copyOf(versions));
    }
  }

  /** Begins the report of a benchmark. */
  public static Builder of(Benchmark benchmark) {
    return new Builder(benchmark.name());
  }
}
