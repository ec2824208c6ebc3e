package dev.tidemill.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemill.schemas.Feature;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SamplePreparerTest {
  private static final Contract CONTRACT =
      ContractFile.parse(
          """
          features:
            - {name: length, mean: 4, deviation: 2, minimum: 0, maximum: 100}
            - {name: color, kind: category, categories: [red, green, blue]}
            - {name: size, kind: category, categories: ["1", "2"], encoding: index}
            - {name: age, mean: 10, deviation: 5, missing: fill, fill: "20", indicator: true}
            - {name: note, missing: drop}
          label: {name: kind, classes: [a, b]}
          """);

  private final SamplePreparer preparer = new SamplePreparer(CONTRACT);

  private List<Float> elements(Map<String, Object> named) {
    ByteBuffer into = ByteBuffer.allocate(preparer.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(preparer.prepare(named, into)).isTrue();
    assertThat(into.hasRemaining()).isFalse();
    into.flip();
    List<Float> elements = new ArrayList<>();
    while (into.hasRemaining()) {
      elements.add(into.getFloat());
    }
    return elements;
  }

  private static Map<String, Object> sample(Object... changes) {
    Map<String, Object> named =
        new HashMap<>(Map.of("length", 8, "color", "green", "size", 2.0, "age", "15", "note", 1));
    for (int i = 0; i < changes.length; i += 2) {
      named.put(changes[i].toString(), changes[i + 1]);
    }
    return named;
  }

  private static Map<String, Object> without(String name) {
    Map<String, Object> named = sample();
    named.put(name, null);
    return named;
  }

  @Test
  void standardizesNumbersAndEncodesCategories() {
    assertThat(elements(sample())).containsExactly(2f, 0f, 1f, 0f, 1f, 1f, 0f, 1f);
  }

  @Test
  void contractNamesTheElementOfAnIndex() {
    assertThat(CONTRACT.indexedCategories()).containsOnlyKeys(4);
    assertThat(CONTRACT.indexedCategories().values())
        .extracting(Feature::getName)
        .containsExactly("size");
  }

  @Test
  void fillsMissingValuesAndSaysSo() {
    assertThat(elements(without("age"))).containsExactly(2f, 0f, 1f, 0f, 1f, 2f, 1f, 1f);
    assertThat(elements(sample("age", ""))).containsExactly(2f, 0f, 1f, 0f, 1f, 2f, 1f, 1f);
  }

  @Test
  void leavesOutSampleWithoutValueThatMayNotBeMissing() {
    ByteBuffer into = ByteBuffer.allocate(preparer.bytes());
    assertThat(preparer.prepare(without("note"), into)).isFalse();
  }

  @Test
  void namesFeatureAndValueThatItRefuses() {
    assertRefused(sample("length", "long"), "`length`: `long` is not a finite number");
    assertRefused(sample("length", -1), "`length`: `-1` is not from 0.0 to 100.0");
    assertRefused(without("length"), "`length`: has no value");
    assertRefused(sample("color", "pink"), "`color`: `pink` is not a category");
    assertRefused(sample("width", 1), "`width` is not a feature of contract version 1");
    assertRefused(sample("color", Double.NaN), "`color`: `NaN` is not a category");
    assertRefused(sample("size", Double.NEGATIVE_INFINITY), "`-Infinity` is not a category");
    assertRefused(sample("length", Double.NaN), "`NaN` is not a finite number");
    assertRefused(sample("length", 1e300), "`1.0E300` is not a finite number");
  }

  private void assertRefused(Map<String, Object> named, String message) {
    ByteBuffer into = ByteBuffer.allocate(preparer.bytes());
    assertThatThrownBy(() -> preparer.prepare(named, into))
        .isInstanceOf(UnusableValueException.class)
        .hasMessageContaining(message);
  }

  @Test
  void showsShortPrintablePartOfLongValue() {
    ByteBuffer into = ByteBuffer.allocate(preparer.bytes());
    assertThatThrownBy(() -> preparer.prepare(sample("length", "a\nb" + "x".repeat(20_000)), into))
        .message()
        .hasSizeLessThan(120)
        .doesNotContain("\n")
        .contains("…");
  }

  @Test
  void givesClassesTheirNumbersAndRefusesOthers() {
    LabelPreparer labels = new LabelPreparer(CONTRACT);
    assertThat(labels.classNumber(" b ")).isEqualTo(1);
    assertThatThrownBy(() -> labels.classNumber("c"))
        .isInstanceOf(UnknownClassException.class)
        .hasMessageContaining("`c` is new to contract version 1")
        .hasMessageContaining("a, b");
    assertThatThrownBy(() -> labels.target(0, 1)).hasMessageContaining("labels are classes");
  }
}
