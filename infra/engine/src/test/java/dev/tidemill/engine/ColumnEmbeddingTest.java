package dev.tidemill.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ColumnEmbeddingTest {
  private static final String SPEC =
      """
      name: m
      input: {shape: [5]}
      layers:
        - {type: column_embedding, name: columns, embedding_dim: 3%s}
        - {type: linear, name: fc, out_features: 2}
      loss: cross_entropy
      optimizer: {type: adam}
      training: {seed: 4}
      """;

  private static String columns(String columns) {
    return SPEC.formatted(", columns: " + columns);
  }

  private static SampleFormat data(Map<Integer, Integer> columns) {
    return new SampleFormat(
        Optional.of(List.of(5)),
        OptionalDouble.of(1),
        OptionalInt.of(2),
        Optional.of(new TreeMap<>(columns)));
  }

  @Test
  void otherElementsComeFirstAndEachColumnHasATensor() {
    ModelSpec spec = ModelSpec.parse(columns("{3: 120, 1: 40}"));
    Network network = Network.of(spec);
    assertThat(network.layers().get(0).outputShape()).containsExactly(3 + 2 * 3);
    assertThat(network.stateLayout().slices().stream().map(StateLayout.Slice::name).limit(3))
        .containsExactly("columns.1.weight", "columns.3.weight", "fc.weight");
    assertThat(network.stateLayout().slice("columns.3.weight").shape()).containsExactly(120, 3);
    assertThat(network.columnEmbedding().orElseThrow().columns())
        .containsExactly(new CategoryColumn(1, 40), new CategoryColumn(3, 120));
    assertThat(network.categories(3)).hasValue(120);
    assertThat(network.categories(0)).isEmpty();
    assertThat(network.takesTokens()).isFalse();
  }

  @Test
  void isReadBackAsItIsWritten() {
    ModelSpec spec = ModelSpec.parse(columns("{3: 120, 1: 40}"));
    assertThat(spec.toYaml()).contains("embedding_dim: 3, columns: {1: 40, 3: 120}}");
    assertThat(ModelSpec.parse(spec.toYaml())).isEqualTo(spec);
    assertThat(ModelSpec.parse(columns("{\"1\": 40, \"3\": 120}"))).isEqualTo(spec);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "auto | must be a mapping from the index of an element",
        "{} | must be a mapping from the index of an element",
        "{x: 3} | got the index 'x'",
        "{-1: 3} | got the index -1",
        "{1: 3, \"1\": 4} | element 1 stands there twice",
        "{1: 0} | categories of element 1 must be an integer from 1 to 16777216, got 0",
        "{1: 16777217} | must be an integer from 1 to 16777216",
        "{5: 3} | embeds element 5, but the last element of a sample is 4",
      })
  void refusesColumns(String columns, String fault) {
    assertThatThrownBy(() -> ModelSpec.parse(columns(columns)))
        .isInstanceOf(InvalidSpecException.class)
        .hasMessageContaining("layers[0] columns (column_embedding): ")
        .hasMessageContaining(fault);
  }

  @Test
  void isTheFirstLayerOfAnUnscaledVector() {
    String layer = "{type: column_embedding, name: c, embedding_dim: 3, columns: {1: 3}}";
    String spec = columns("{1: 3}");
    assertThatThrownBy(() -> ModelSpec.parse(spec.replace("layers:", "layers:\n  - {type: relu}")))
        .hasMessageContaining("takes elements of the sample, so it must be the first layer");
    assertThatThrownBy(
            () ->
                ModelSpec.parse(
                    spec.replace("  - {type: linear", "  - " + layer + "\n  - {type: linear")))
        .hasMessageContaining("layers[1] c (column_embedding): takes elements of the sample");
    assertThatThrownBy(() -> ModelSpec.parse(spec.replace("[5]", "[5], scale: 0.5")))
        .hasMessageContaining("layer columns (column_embedding) takes category numbers, got 0.5");
    assertThatThrownBy(() -> ModelSpec.parse(spec.replace("[5]", "[5, 2]")))
        .hasMessageContaining("needs an input of shape [features], got [5, 2]");
  }

  @Test
  void columnsFollowTheData() {
    for (String open : List.of("", ", columns: auto", ", columns: {auto: {2: 9}}")) {
      SpecTemplate template = SpecTemplate.parse(SPEC.formatted(open));
      assertThat(template.adaptsColumns()).isTrue();
      assertThat(template.resolve(data(Map.of(0, 50, 3, 40))))
          .isEqualTo(ModelSpec.parse(columns("{0: 50, 3: 40}")));
      assertThatThrownBy(() -> template.resolve(data(Map.of())))
          .hasMessageContaining(
              "layers[0]: columns follow from the data contract, which has no category with the"
                  + " encoding index");
    }
    SpecTemplate open = SpecTemplate.parse(SPEC.formatted(""));
    assertThat(open.withoutData()).isEmpty();
    assertThatThrownBy(() -> open.resolve(SampleFormat.UNKNOWN))
        .hasMessageContaining(
            "layers[0]: columns follow from the data contract, and there is none");
    assertThat(SpecTemplate.parse(columns("{auto: {2: 9}}")).withoutData())
        .contains(ModelSpec.parse(columns("{2: 9}")));
    SpecTemplate fixed = SpecTemplate.parse(columns("{2: 9}"));
    assertThat(fixed.adaptsColumns()).isFalse();
    assertThat(fixed.resolve(data(Map.of(0, 50)))).isEqualTo(ModelSpec.parse(columns("{2: 9}")));
  }

  @Test
  void categoriesNeverBecomeFewerThanTheLineageHas() {
    SampleFormat lineage = SampleFormat.of(ModelSpec.parse(columns("{0: 50, 3: 40}")));
    assertThat(data(Map.of(0, 51, 3, 39)).withSizesOf(lineage).columns().orElseThrow())
        .isEqualTo(Map.of(0, 51, 3, 40));
    assertThat(data(Map.of(0, 10)).withSizesOf(lineage).columns().orElseThrow())
        .isEqualTo(Map.of(0, 10));
    assertThat(SampleFormat.UNKNOWN.or(lineage)).isEqualTo(lineage);
  }

  @Test
  void appendedCategoriesAreNewRows() {
    ModelSpec small = ModelSpec.parse(columns("{0: 5, 3: 4}"));
    ModelSpec large =
        small.withColumns(List.of(new CategoryColumn(0, 5), new CategoryColumn(3, 6)));
    ModelState trained = ModelState.initial(small, 4);
    for (StateLayout.Slice slice : trained.layout().slices()) {
      for (int i = 0; i < slice.length(); i++) {
        trained.data(slice).putFloat(i * Float.BYTES, (float) (slice.offset() + i));
      }
    }
    ModelState grown = ModelGrowth.grow(trained, large);
    ModelState fresh = ModelState.initial(large, 4);
    for (StateLayout.Slice slice : grown.layout().slices()) {
      long kept = trained.layout().slice(slice.name()).length();
      assertThat(slice.length() - kept)
          .as(slice.name())
          .isEqualTo(slice.name().endsWith("columns.3.weight") ? 2 * 3 : 0);
      for (int i = 0; i < slice.length(); i++) {
        ModelState from = i < kept ? trained : fresh;
        assertThat(grown.data(slice).getFloat(i * Float.BYTES))
            .as(slice.name() + " " + i)
            .isEqualTo(from.data(from.layout().slice(slice.name())).getFloat(i * Float.BYTES));
      }
    }
    StateLayout.Slice average = grown.layout().slice("optimizer.exp_avg.columns.3.weight");
    assertThat(grown.data(average).getFloat((int) (average.length() - 1) * Float.BYTES)).isZero();
  }

  @Test
  void elementsThatAreNoCategoriesAreFaults() {
    SampleCheck check = new SampleCheck(Network.of(ModelSpec.parse(columns("{1: 3, 4: 300}"))));
    assertThat(check.request(floats(-7.5f, 2, 1e9f, 0.5f, 299))).isEmpty();
    String takes =
        ", but layer columns takes the number of a category there, an integer from 0 to ";
    assertThat(check.request(floats(0, 3, 0, 0, 0)))
        .hasValue("sample 0: value 1 is 3" + takes + "2");
    assertThat(check.request(floats(0, -1, 0, 0, 0)))
        .hasValue("sample 0: value 1 is -1" + takes + "2");
    assertThat(check.request(floats(0, 0, 0, 0, 0.5f)))
        .hasValue("sample 0: value 4 is 0.5" + takes + "299");
    assertThat(check.request(floats(0, Float.NaN, 0, 0, 0)))
        .hasValue("sample 0: value 1 is not a finite number: NaN");
    TensorView scaled =
        new TensorView(ElementType.FLOAT32, List.of(5L), floats(0, 1, 0, 0, 1).data(), 0.5, 0);
    assertThat(check.request(scaled)).hasValue("sample 0: value 1 is 0.5" + takes + "2");
    ByteBuffer two = ByteBuffer.allocate(10);
    two.put(9, (byte) 255).put(6, (byte) 4);
    TensorView bytes = new TensorView(ElementType.UINT8, List.of(2L, 5L), two);
    TensorView labels = new TensorView(ElementType.UINT8, List.of(2L), ByteBuffer.allocate(2));
    assertThat(check.batch(bytes, labels)).hasValue("sample 1: value 1 is 4" + takes + "2");
  }

  private static TensorView floats(float... values) {
    ByteBuffer data =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    data.asFloatBuffer().put(values);
    return new TensorView(ElementType.FLOAT32, List.of((long) values.length), data);
  }
}
