package dev.tidemill.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DriftCheckTest {
  private static final int BATCH = 32;

  private final Random random = new Random(11);
  private final Contract contract = derive(4000);
  private final SamplePreparer preparer = new SamplePreparer(contract);
  private final DriftCheck check = new DriftCheck(contract, 0.25);

  /** Changes a raw value by the number of its feature, or returns it. */
  private interface Change {
    @Nullable Object of(int feature, @Nullable Object raw);
  }

  /** Normal, heavy-tailed, whole, constant, sparse, category, often missing. */
  private @Nullable Object[] row() {
    return new Object[] {
      10 + random.nextGaussian(),
      Math.exp(2 * random.nextGaussian()),
      random.nextInt(5),
      0.1,
      random.nextInt(10) == 0 ? random.nextInt(1000) : 0,
      List.of("red", "red", "red", "green", "blue").get(random.nextInt(5)),
      random.nextInt(10) < 3 ? null : random.nextDouble()
    };
  }

  private String label() {
    return random.nextInt(4) == 0 ? "a" : "b";
  }

  private Contract derive(int rows) {
    List<ColumnSurvey> columns =
        java.util.stream.IntStream.range(0, 7).mapToObj(i -> new ColumnSurvey("f" + i)).toList();
    ColumnSurvey label = new ColumnSurvey("label");
    for (int i = 0; i < rows; i++) {
      Object[] row = row();
      for (int f = 0; f < row.length; f++) {
        columns.get(f).add(row[f]);
      }
      label.add(label());
    }
    return ContractDeriver.derive(
        columns,
        List.of(label),
        new DeriveOptions(
            LabelMeaning.AUTO,
            true,
            Set.of(),
            MissingPolicy.MEAN,
            null,
            random.nextBoolean(),
            false));
  }

  private Optional<String> fault(int samples, Change change, @Nullable String label) {
    ByteBuffer inputs =
        ByteBuffer.allocate(samples * preparer.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    LabelPreparer labels = new LabelPreparer(contract);
    int[] numbers = new int[samples];
    for (int i = 0; i < samples; i++) {
      Object[] row = row();
      assertThat(preparer.prepare(f -> change.of(f, row[f]), inputs)).isTrue();
      numbers[i] = labels.classNumber(label == null ? label() : label);
    }
    return check.fault(
        samples, i -> inputs.getFloat(i * Float.BYTES), i -> numbers[i], numbers.length);
  }

  private Optional<String> withFeature(int feature, @Nullable Object value) {
    return fault(BATCH, (f, raw) -> f == feature ? value : raw, null);
  }

  @Test
  void acceptsThousandCleanBatches() {
    for (int i = 0; i < 1000; i++) {
      assertThat(fault(BATCH, (f, raw) -> raw, null)).isEmpty();
    }
    for (int i = 0; i < 100; i++) {
      assertThat(fault(1000, (f, raw) -> raw, null)).isEmpty();
      assertThat(fault(DriftCheck.MIN_SAMPLES, (f, raw) -> raw, null)).isEmpty();
    }
  }

  @Test
  void acceptsThousandCleanBatchesOfSmallReference() {
    Contract small = derive(150);
    SamplePreparer prepared = new SamplePreparer(small);
    DriftCheck bySmall = new DriftCheck(small, 0.25);
    for (int i = 0; i < 1000; i++) {
      ByteBuffer inputs =
          ByteBuffer.allocate(BATCH * prepared.bytes()).order(ByteOrder.LITTLE_ENDIAN);
      for (int s = 0; s < BATCH; s++) {
        Object[] row = row();
        assertThat(prepared.prepare(f -> row[f], inputs)).isTrue();
      }
      assertThat(bySmall.fault(BATCH, e -> inputs.getFloat(e * Float.BYTES), e -> 0, 0)).isEmpty();
    }
  }

  @Test
  void findsFeatureThatTurnsZero() {
    assertThat(withFeature(0, 0).orElseThrow())
        .startsWith("feature `f0`: 100 % of 32 values are outside the reference's range");
    assertThat(withFeature(1, 0)).isPresent();
    assertThat(withFeature(2, 0).orElseThrow())
        .contains("feature `f2`: the population stability index is ")
        .contains("the mean is 0.000 instead of ");
    assertThat(withFeature(3, 0)).isPresent();
    assertThat(withFeature(6, 0)).isPresent();
  }

  @Test
  void findsChangedSharesOfCategoriesMissingValuesAndLabels() {
    assertThat(withFeature(5, "blue").orElseThrow())
        .contains("feature `f5`")
        .contains("`blue` has a share of 100 % instead of 2");
    assertThat(withFeature(6, null)).isPresent();
    assertThat(fault(BATCH, (f, raw) -> raw, "a").orElseThrow())
        .contains("label: ")
        .contains("`a` has a share of 100 % instead of 2");
  }

  @Test
  void findsShiftedFeature() {
    assertThat(fault(200, (f, raw) -> f == 0 ? 11.5 + random.nextGaussian() : raw, null))
        .hasValueSatisfying(fault -> assertThat(fault).contains("feature `f0`"));
  }

  @Test
  void comparesNoClassThatIsNewerThanTheReference() {
    Contract grown = contract.withClasses(List.of("c"));
    DriftCheck ofGrown = new DriftCheck(grown, 0.25);
    assertThat(ofGrown.fault(BATCH, i -> 0, i -> 2, BATCH).orElse("")).doesNotContain("label");
  }
}
