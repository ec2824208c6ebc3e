package dev.tidemill.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TableTest {
  @Test
  void numbersStandToTheRightUnderTheirNames() {
    assertThat(
            print(
                new ResultRow().with("name", "a").with("samples_trained", 7).with("loss", 0.25),
                new ResultRow()
                    .with("name", "long")
                    .with("samples_trained", 12_345)
                    .with("loss", null)))
        .containsExactly(
            "name  samples trained    loss",
            "a                   7  0.2500",
            "long            12345       -");
  }

  @Test
  void aColumnWhoseFirstCellIsEmptyHoldsNumbersAllTheSame() {
    assertThat(print(new ResultRow().with("bytes", null), new ResultRow().with("bytes", 5)))
        .containsExactly("bytes", "    -", "    5");
  }

  @Test
  void listsAndMapsAreWords() {
    assertThat(
            print(
                new ResultRow()
                    .with("ranges", List.of("0:1-2", "1:3-4"))
                    .with("map", Map.of("k", 1))))
        .containsExactly("ranges       map", "0:1-2 1:3-4  k=1");
  }

  @Test
  void firstRowsDetermineColumnWidths() {
    ResultRow[] rows = new ResultRow[1_002];
    for (int i = 0; i < rows.length; i++) {
      rows[i] =
          new ResultRow().with("n", i).with("word", i == 1_001 ? "longer than all others" : "w");
    }
    List<String> lines = print(rows);
    assertThat(lines).hasSize(1_003);
    assertThat(lines.get(0)).isEqualTo("  n  word");
    assertThat(lines.get(1_000)).isEqualTo("999  w");
    assertThat(lines.get(1_002)).isEqualTo("1001  longer than all others");
  }

  @Test
  void printsNothingWithoutRows() {
    assertThat(print()).isEmpty();
  }

  private static List<String> print(ResultRow... rows) {
    StringWriter text = new StringWriter();
    PrintWriter out = new PrintWriter(text);
    Table.print(out, List.of(rows));
    out.flush();
    return text.toString().lines().toList();
  }
}
