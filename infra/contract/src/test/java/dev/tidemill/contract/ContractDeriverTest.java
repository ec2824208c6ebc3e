package dev.tidemill.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tidemill.schemas.CategoryEncoding;
import dev.tidemill.schemas.Feature;
import dev.tidemill.schemas.FeatureKind;
import dev.tidemill.schemas.MissingValues;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ContractDeriverTest {
  private static ColumnSurvey column(String name, Object... values) {
    ColumnSurvey survey = new ColumnSurvey(name);
    for (Object value : values) {
      survey.add(value);
    }
    return survey;
  }

  private static Contract derive(ColumnSurvey feature, ColumnSurvey label, DeriveOptions options) {
    return ContractDeriver.derive(List.of(feature), List.of(label), options);
  }

  private static Contract ofLabels(LabelMeaning meaning, Object... values) {
    return derive(
        column("x", 1, 2), column("y", values), DeriveOptions.DEFAULT.withLabels(meaning));
  }

  @Test
  void numbersTextClassesInAlphabeticalOrder() {
    Contract contract = ofLabels(LabelMeaning.AUTO, "oak", "maple", "oak");
    assertThat(contract.classes()).containsExactly("maple", "oak");
    assertThat(contract.label().orElseThrow().getClassCounts()).containsExactly(1L, 2L);
  }

  @Test
  void numbersFewWholeNumbersAsClassesBySize() {
    assertThat(ofLabels(LabelMeaning.AUTO, "10", "2", "1").classes())
        .containsExactly("1", "2", "10");
  }

  @Test
  void takesFractionsForTargetsThoughSomeAreWhole() {
    Contract contract = ofLabels(LabelMeaning.AUTO, 3, 2.5, 4);
    assertThat(contract.isClassification()).isFalse();
    assertThat(contract.outputs()).hasValue(1);
  }

  @Test
  void refusesToGuessWhatManyWholeNumbersAre() {
    Object[] prices = IntStream.range(0, 300).boxed().toArray();
    assertThatThrownBy(() -> ofLabels(LabelMeaning.AUTO, prices))
        .isInstanceOf(UndecidedException.class)
        .hasMessageContaining("300 different whole numbers")
        .hasMessageContaining("data.labels=class")
        .hasMessageContaining("data.labels=number");
    assertThat(ofLabels(LabelMeaning.CLASS, prices).classes()).hasSize(300);
    assertThat(ofLabels(LabelMeaning.NUMBER, prices).outputs()).hasValue(1);
  }

  @Test
  void derivesWholeNumbersOfAnySizeAndTextsBeyondTheLimit() {
    Object[] many = IntStream.range(0, ColumnSurvey.MAX_TEXTS + 1).boxed().toArray();
    assertThatThrownBy(() -> ofLabels(LabelMeaning.AUTO, many))
        .hasMessageContaining("more than 10000 different whole numbers");
  }

  @Test
  void standardizesFeaturesAndTargets() {
    Contract contract =
        derive(
            column("x", 1, 2, 3),
            column("y", 10.5, 20.5),
            DeriveOptions.DEFAULT.withStandardize(true));
    Feature x = contract.features().get(0);
    assertThat(x.getMean()).isEqualTo(2);
    assertThat(x.getDeviation()).isEqualTo(Math.sqrt(2.0 / 3), within(1e-12));
    LabelPreparer labels = new LabelPreparer(contract);
    assertThat(labels.target(0, 20.5)).isEqualTo(1f);
    assertThat(labels.inUnits(0, 1)).isEqualTo(20.5);
  }

  @Test
  void encodesFewTextsAsOneHotAndManyAsIndex() {
    Contract few = derive(column("color", "red", "blue"), column("y", "a"), DeriveOptions.DEFAULT);
    assertThat(few.features().get(0).getKind()).isEqualTo(FeatureKind.CATEGORY);
    assertThat(few.shape()).containsExactly(2L);
    Object[] cities = IntStream.range(0, 40).mapToObj(i -> "city " + i).toArray();
    Contract many = derive(column("city", cities), column("y", "a"), DeriveOptions.DEFAULT);
    assertThat(many.features().get(0).getEncoding()).isEqualTo(CategoryEncoding.INDEX);
    assertThat(many.shape()).containsExactly(1L);
  }

  @Test
  void takesTrueAndFalseForNumbers() {
    Contract contract =
        derive(column("wet", "TRUE", "false"), column("y", "a"), DeriveOptions.DEFAULT);
    assertThat(contract.features().get(0).getKind()).isEqualTo(FeatureKind.NUMBER);
  }

  @Test
  void fillsMissingValuesAsAsked() {
    DeriveOptions median =
        new DeriveOptions(
            LabelMeaning.AUTO, false, Set.of(), MissingPolicy.MEDIAN, null, true, false);
    Feature age =
        derive(column("age", 1, "", 100, " ", 4), column("y", "a"), median).features().get(0);
    assertThat(age.getMissing()).isEqualTo(MissingValues.FILL);
    assertThat(age.getFill()).isEqualTo("4.0");
    assertThat(age.getIndicator()).isTrue();
    assertThat(age.getReference().getMissing()).isEqualTo(2);
  }

  @Test
  void rowOfNumbersMayBeASequence() {
    DeriveOptions sequence = DeriveOptions.DEFAULT.withSequence(true).withStandardize(true);
    Contract contract = derive(column("t0", 1, 3), column("y", "a", "b"), sequence);
    assertThat(contract.shape()).containsExactly(1L, 1L);
    assertThat(contract.isTable()).isTrue();
    assertThat(contract.isNamedSequence()).isTrue();
    assertThat(ContractFile.parse(ContractFile.text(contract)).shape()).containsExactly(1L, 1L);
    assertThatThrownBy(() -> derive(column("color", "red"), column("y", "a"), sequence))
        .isInstanceOf(UndecidedException.class)
        .hasMessageContaining("column `color` is not one number in each row (it is a category)");
    DeriveOptions indicator =
        new DeriveOptions(LabelMeaning.AUTO, false, Set.of(), MissingPolicy.MEAN, null, true, true);
    assertThatThrownBy(() -> derive(column("t0", 1, ""), column("y", "a", "b"), indicator))
        .hasMessageContaining("column `t0` is not one number in each row (it has an indicator)");
    assertThatThrownBy(
            () ->
                ContractFile.parse(
                    """
                    shape: [2, 1]
                    features: [{name: color, kind: category, categories: [red, blue]}]
                    """))
        .hasMessageContaining("the features make a vector of 2");
  }

  @Test
  void keepsDistributionOfWhatItSaw() {
    Object[] values = IntStream.range(0, 1000).boxed().toArray();
    Feature x =
        derive(column("x", values), column("y", "a"), DeriveOptions.DEFAULT).features().get(0);
    assertThat(x.getReference().getEdges()).hasSize(9).isSorted();
    assertThat(x.getReference().getCounts()).allMatch(count -> count >= 90 && count <= 110);
    assertThat(x.getReference().getMaximum()).isEqualTo(999);
  }
}
