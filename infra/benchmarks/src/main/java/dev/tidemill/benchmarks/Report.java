package dev.tidemill.benchmarks;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The tables, targets and notes of one benchmark, which it adds while it runs. */
public record Report(
    String name,
    List<Table> tables,
    List<Target> targets,
    List<String> notes,
    Map<String, String> versions) {

  public Report(String name) {
    this(name, new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new TreeMap<>());
  }

  /** Figures and words in rows, by column. */
  public record Table(
      String title, @JsonIgnore List<String> columns, List<Map<String, Object>> rows) {

    /**
     * Adds a row of figures and words, one per column; a list has those of several columns. An
     * empty {@link Optional} becomes a dash: it was not measured.
     */
    public void row(Object... cells) {
      List<Object> all = new ArrayList<>();
      for (Object cell : cells) {
        all.addAll(cell instanceof List<?> several ? several : List.of(cell));
      }
      if (all.size() != columns.size()) {
        throw new IllegalArgumentException(
            "table '%s' has %d columns and a row of %d: %s"
                .formatted(title, columns.size(), all.size(), all));
      }
      Map<String, Object> row = new LinkedHashMap<>();
      for (int i = 0; i < all.size(); i++) {
        Object cell = all.get(i);
        if (cell instanceof Optional<?> figure) {
          cell = figure.isPresent() ? figure.get() : "–";
        }
        row.put(columns.get(i), cell instanceof Figure ? cell : String.valueOf(cell));
      }
      rows.add(row);
    }
  }

  /**
   * Adds a table without rows.
   *
   * @param columns separated by {@code |}, as in Markdown
   */
  public Table table(String title, String columns) {
    Table table = new Table(title, List.of(columns.split(" \\| ")), new ArrayList<>());
    tables.add(table);
    return table;
  }

  /** All tables, and the targets as a table without a title. */
  List<Table> printed() {
    List<Table> printed = new ArrayList<>(tables);
    List<String> columns = List.of("target", "wanted", "measured", "");
    Table table = new Table("", columns, new ArrayList<>());
    for (Target target : targets) {
      Optional<Figure> measured = Optional.ofNullable(target.measured());
      table.row(target.text(), target.wantedText(), measured, target.verdict().text);
    }
    if (!targets.isEmpty()) {
      printed.add(table);
    }
    return printed;
  }

  /**
   * Adds a target that larger figures meet.
   *
   * @param what e.g. {@code lenet, training, B = 32: Tidemill ÷ PyTorch}
   * @param measured empty if a participant was missing
   */
  public void atLeast(double wanted, String what, Optional<Figure> measured) {
    targets.add(new Target(what, true, wanted, measured.orElse(null)));
  }

  /** Adds a target that smaller figures meet. */
  public void atMost(double wanted, String what, Optional<Figure> measured) {
    targets.add(new Target(what, false, wanted, measured.orElse(null)));
  }

  /** Adds a sentence once: what was checked, or what was not run and why. */
  public void note(String sentence) {
    if (!notes.contains(sentence)) {
      notes.add(sentence);
    }
  }

  /** Adds versions of participants, e.g. of {@code PyTorch}. */
  public void versions(Map<String, String> more) {
    versions.putAll(more);
  }
}
