package dev.tidemill.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SurveyCheckTest {
  private static final Contract CLASSES =
      ContractFile.parse(
          """
          features:
            - {name: length, mean: 4, deviation: 2}
            - {name: color, kind: category, categories: [red, green]}
            - {name: note, missing: drop}
          label: {name: kind, classes: [a, b]}
          """);
  private static final Contract TARGETS =
      ContractFile.parse(
          """
          features:
            - {name: size, kind: category, categories: ["0", "9999999"]}
          label: {name: price, targets: [{name: price, mean: 0, deviation: 1e-30}]}
          """);

  private final Map<String, ColumnSurvey> columns = new HashMap<>();

  private SurveyCheckTest() {
    column("length", "1.5", "-2");
    column("color", "green", "red");
    column("note", "1", null);
    column("kind", "b", "a");
  }

  private void column(String name, @Nullable Object... values) {
    ColumnSurvey survey = new ColumnSurvey(name);
    for (Object value : values) {
      survey.add(value);
    }
    columns.put(name, survey);
  }

  private boolean accepts(Contract contract) {
    return SurveyCheck.accepts(contract, columns::get, null);
  }

  @Test
  void acceptsATableWhoseValuesAllConform() {
    assertThat(accepts(CLASSES)).isTrue();
    column("length", IntStream.range(0, ColumnSurvey.MAX_TEXTS + 9).boxed().toArray());
    assertThat(accepts(CLASSES)).as("more numbers than are remembered").isTrue();
  }

  @Test
  void doesNotAcceptWhatARowMayBeRefusedFor() {
    Map<String, Object[]> faults = new HashMap<>();
    faults.put("length", new Object[] {"1.5", "x"});
    faults.put("color", new Object[] {"green", "blue"});
    faults.put("note", new Object[] {"1", "one"});
    faults.put("kind", new Object[] {"a", "c"});
    faults.forEach(
        (name, values) -> {
          ColumnSurvey before = columns.get(name);
          column(name, values);
          assertThat(accepts(CLASSES)).as(name).isFalse();
          columns.remove(name);
          assertThat(accepts(CLASSES)).as("no column " + name).isFalse();
          columns.put(name, before);
        });
    column("length", "1.5", null);
    assertThat(accepts(CLASSES)).as("a missing value").isFalse();
    column("color", "1", "2", "true");
    assertThat(accepts(CLASSES)).as("numbers and a truth value").isFalse();
    column("color", "green");
    column("length", "1.5", "0x1p3");
    assertThat(accepts(CLASSES)).as("Java's hexadecimal numbers").isFalse();
    column("length", "1.5");
    column("kind", "a", null);
    assertThat(accepts(CLASSES)).as("a missing label").isFalse();
  }

  @Test
  void extremesDoNotStandForCategories() {
    List<Object> sizes = new ArrayList<>(List.of(0, 9_999_999));
    IntStream.range(0, ColumnSurvey.MAX_TEXTS).forEach(sizes::add);
    column("size", sizes.toArray());
    column("price", "1", "2");
    assertThat(accepts(TARGETS)).isFalse();
    column("size", "0", "9999999");
    assertThat(accepts(TARGETS)).isTrue();
    column("price", "1", "1e30");
    assertThat(accepts(TARGETS)).as("too large for a float when scaled").isFalse();
  }
}
