package dev.tidemill.pipeline;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.WaitForSelectorState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a chart of the page draws, as its table of values says.
 *
 * @param columns the axis, and a name for each line
 * @param rows by place on the axis; times are in milliseconds since 1970
 */
record DrawnChart(List<String> columns, List<List<@Nullable Double>> rows) {
  private static final String CELLS =
      """
      table => [[...table.querySelectorAll("th")].map(cell => cell.textContent),
        ...[...table.querySelectorAll("tbody tr")].map(row => [...row.cells].map(cell =>
            cell.querySelector("time")?.dateTime ?? cell.querySelector("data")?.value ?? ""))]
      """;

  /** Opens the table of a chart anew; it has no lines if nothing is drawn. */
  static DrawnChart of(Page page, String title) {
    Locator values = page.locator("section.card:has(> h2:text-is('" + title + "')) details.values");
    Locator table = values.locator("table");
    if (values.getAttribute("open") != null) {
      values.locator("summary").click();
      table.waitFor(new Locator.WaitForOptions().setState(WaitForSelectorState.DETACHED));
    }
    values.locator("summary").click();
    values.locator("table, p").first().waitFor();
    if (table.count() == 0) {
      values.locator("summary").click();
      values
          .locator("p")
          .waitFor(new Locator.WaitForOptions().setState(WaitForSelectorState.DETACHED));
      return new DrawnChart(List.of(), List.of());
    }
    List<?> cells = (List<?>) Objects.requireNonNull(table.evaluate(CELLS));
    List<List<@Nullable Double>> rows = new ArrayList<>();
    for (Object row : cells.subList(1, cells.size())) {
      List<@Nullable Double> numbers = new ArrayList<>();
      texts(row).forEach(text -> numbers.add(number(text)));
      rows.add(numbers);
    }
    return new DrawnChart(texts(cells.get(0)), rows);
  }

  private static List<String> texts(Object cells) {
    return ((List<?>) cells).stream().map(String::valueOf).toList();
  }

  private static @Nullable Double number(String text) {
    if (text.isEmpty()) {
      return null;
    }
    return text.endsWith("Z")
        ? (double) Instant.parse(text).toEpochMilli()
        : Double.parseDouble(text);
  }

  /** Returns the points of a line, by their place; none if it has no such line. */
  SortedMap<Double, Double> line(String name) {
    SortedMap<Double, Double> points = new TreeMap<>();
    int column = columns.indexOf(name);
    for (List<@Nullable Double> row : rows) {
      @Nullable Double place = row.get(0);
      @Nullable Double value = column < 1 ? null : row.get(column);
      if (place != null && value != null) {
        points.put(place, value);
      }
    }
    return points;
  }
}
