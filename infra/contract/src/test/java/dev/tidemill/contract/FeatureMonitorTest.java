package dev.tidemill.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FeatureMonitorTest {
  private static final double LIMIT = 0.25;

  private final Random random = new Random(5);

  @Test
  void comparesRawValuesWithTheReference() {
    Contract contract = derive(rows(2_000, 20, 0.5));
    FeatureMonitor monitor = monitor(contract, rows(500, 23, 0.5));

    FeatureComparison number = monitor.compare(LIMIT).get(0);
    FeatureComparison color = monitor.compare(LIMIT).get(1);

    assertThat(number.samples()).isEqualTo(500);
    assertThat(number.mean()).isCloseTo(23, within(0.5));
    assertThat(number.deviation()).isCloseTo(2, within(0.3));
    assertThat(number.referenceMean()).isCloseTo(20, within(0.3));
    assertThat(number.referenceDeviation()).isCloseTo(2, within(0.2));
    assertThat(number.stability()).isGreaterThan(0.5);
    assertThat(number.finding()).contains("`size`", "the mean is 2", "instead of ");
    assertThat(color.categories()).containsExactlyInAnyOrder("red", "blue");
    assertThat(color.counts().stream().mapToLong(Long::longValue).sum()).isEqualTo(500);
    assertThat(color.mean()).isNull();
    assertThat(color.finding()).isNull();
  }

  @Test
  void findsNothingInSamplesOfTheSameDistribution() {
    Contract contract = derive(rows(2_000, 20, 0.5));

    assertThat(monitor(contract, rows(1_000, 20, 0.5)).compare(LIMIT))
        .extracting(FeatureComparison::finding)
        .containsOnlyNulls();
    assertThat(monitor(contract, rows(10, 90, 0)).compare(LIMIT))
        .as("chance explains any difference of so few samples")
        .extracting(FeatureComparison::finding)
        .containsOnlyNulls();
  }

  @Test
  void findsACategoryThatBecameFrequent() {
    FeatureMonitor monitor = monitor(derive(rows(2_000, 20, 0.5)), rows(500, 20, 0.95));

    assertThat(monitor.compare(LIMIT).get(1).finding()).contains("`color`", "share");
  }

  @Test
  void makesUpNoMeanWhereThereIsNoValue() {
    FeatureMonitor monitor = monitor(derive(rows(2_000, 20, 0.5)), List.of());

    FeatureComparison number = monitor.compare(LIMIT).get(0);

    assertThat(number.samples()).isZero();
    assertThat(number.mean()).isNull();
    assertThat(number.deviation()).isNull();
    assertThat(number.stability()).isNull();
  }

  private List<Map<String, @Nullable Object>> rows(int count, double mean, double red) {
    List<Map<String, @Nullable Object>> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Map<String, @Nullable Object> row = new LinkedHashMap<>();
      row.put("size", mean + 2 * random.nextGaussian());
      row.put("color", random.nextDouble() < red ? "red" : "blue");
      rows.add(row);
    }
    return rows;
  }

  private static FeatureMonitor monitor(
      Contract contract, List<Map<String, @Nullable Object>> rows) {
    SamplePreparer preparer = new SamplePreparer(contract);
    ByteBuffer elements =
        ByteBuffer.allocate(rows.size() * preparer.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    for (Map<String, @Nullable Object> row : rows) {
      assertThat(preparer.prepare(row, elements)).isTrue();
    }
    FeatureMonitor monitor = new FeatureMonitor(contract);
    monitor.add(rows.size(), i -> elements.getFloat(i * Float.BYTES));
    return monitor;
  }

  private static Contract derive(List<Map<String, @Nullable Object>> rows) {
    List<ColumnSurvey> columns = List.of(new ColumnSurvey("size"), new ColumnSurvey("color"));
    ColumnSurvey label = new ColumnSurvey("label");
    for (Map<String, @Nullable Object> row : rows) {
      columns.get(0).add(row.get("size"));
      columns.get(1).add(row.get("color"));
      label.add("a");
    }
    return ContractDeriver.derive(
        columns, List.of(label), DeriveOptions.DEFAULT.withStandardize(true));
  }
}
