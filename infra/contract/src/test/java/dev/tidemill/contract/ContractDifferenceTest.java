package dev.tidemill.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemill.schemas.DataContract;
import dev.tidemill.schemas.Feature;
import dev.tidemill.schemas.FeatureStatistics;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ContractDifferenceTest {
  private static final String BASE =
      """
      features:
        - {name: a, mean: 1, deviation: 2}
        - {name: b, kind: category, categories: [x, y], encoding: index}
      label: {name: kind, classes: [red, green]}
      """;
  private static final Contract CONTRACT = ContractFile.parse(BASE);

  private static ContractDifference to(String before, String after) {
    assertThat(BASE).contains(before);
    return ContractDifference.between(CONTRACT, ContractFile.parse(BASE.replace(before, after)));
  }

  @Test
  void findsNoneInItself() {
    assertThat(to("mean: 1", "mean: 1.0").isEmpty()).isTrue();
  }

  @Test
  void allowsToAppendClassesAndIndexedCategories() {
    ContractDifference difference = to("[red, green]", "[red, green, blue]");
    assertThat(difference.isCompatible()).isTrue();
    assertThat(difference.words()).containsExactly("class `blue` is new, with number 2");
    assertThat(to("[x, y]", "[x, y, z]").isCompatible()).isTrue();
  }

  @Test
  void refusesWhatGivesNumbersAnotherMeaning() {
    assertIncompatible(to("[red, green]", "[green, red]"), "class `red` has number 1 instead of 0");
    assertIncompatible(to("[red, green]", "[red]"), "class `green`, number 1, is removed");
    assertIncompatible(to("mean: 1", "mean: 3"), "feature `a`: mean is 3.0 instead of 1.0");
    assertIncompatible(to("name: a", "name: c"), "feature `a` is removed");
    assertIncompatible(to("name: a", "name: c"), "feature `c` is new");
    assertIncompatible(
        to("classes: [red, green]", "targets: [{name: t}]"), "label: kind is TARGET");
  }

  private static void assertIncompatible(ContractDifference difference, String words) {
    assertThat(difference.isCompatible()).isFalse();
    assertThat(difference.incompatible())
        .contains(words.contains("kind is") ? "label: kind is TARGET instead of CLASS" : words);
  }

  @Test
  void refusesAnotherOrderOfFeatures() {
    Contract swapped =
        ContractFile.parse(
            """
            features:
              - {name: b, kind: category, categories: [x, y], encoding: index}
              - {name: a, mean: 1, deviation: 2}
            label: {name: kind, classes: [red, green]}
            """);
    assertThat(ContractDifference.between(CONTRACT, swapped).incompatible())
        .containsExactly("the order of the features is [b, a] instead of [a, b]");
  }

  @Test
  void keepsOlderBatchesUsableUntilReplacement() {
    Contract first = CONTRACT.asFirst("m", "test", Instant.EPOCH);
    Contract grown = first.followedBy(first.withClasses(List.of("blue")), "test", Instant.EPOCH);
    assertThat(grown.version()).isEqualTo(2);
    assertThat(grown.accepts(1)).isTrue();
    assertThat(grown.accepts(3)).isFalse();
    Contract other = ContractFile.parse(BASE.replace("mean: 1", "mean: 3"));
    Contract replaced = grown.followedBy(other, "test", Instant.EPOCH);
    assertThat(replaced.version()).isEqualTo(3);
    assertThat(replaced.accepts(2)).isFalse();
    assertThat(replaced.record().getChanges()).contains("feature `a`: mean is 3.0 instead of 1.0");
  }

  @Test
  void writesFileThatItReadsBack() {
    Contract read = ContractFile.parse(ContractFile.text(CONTRACT));
    assertThat(ContractDifference.between(CONTRACT, read).isEmpty()).isTrue();
    assertThat(read.features()).isEqualTo(CONTRACT.features());
  }

  @Test
  void writesNamesThatYamlCouldTakeForSomethingElse() {
    Contract odd =
        ContractFile.parse(
            BASE.replace("[red, green]", "['True', '007', '+1', '0x1F', '~', 'null', '1.0']"));
    assertThat(ContractFile.parse(ContractFile.text(odd)).classes())
        .containsExactly("True", "007", "+1", "0x1F", "~", "null", "1.0");
  }

  @Test
  void refusesReferenceThatDoesNotFitCategories() {
    Feature first = CONTRACT.features().get(1);
    FeatureStatistics reference =
        FeatureStatistics.newBuilder()
            .setSamples(3)
            .setMissing(0)
            .setCounts(List.of(1L, 1L, 1L))
            .build();
    DataContract wrong =
        DataContract.newBuilder(CONTRACT.record())
            .setFeatures(
                List.of(
                    CONTRACT.features().get(0),
                    Feature.newBuilder(first).setReference(reference).build()))
            .build();
    assertThatThrownBy(() -> Contract.of(wrong)).hasMessageContaining("another number of counts");
  }

  @Test
  void reportsEveryFaultOfFile() {
    assertThatThrownBy(
            () ->
                ContractFile.parse(
                    """
                    features:
                      - {name: a, deviation: much, kind: colour}
                    label: {name: y, clases: [a]}
                    """))
        .isInstanceOf(InvalidContractException.class)
        .hasMessageContaining("`deviation` is not a number")
        .hasMessageContaining("`kind` is `colour`, not one of [number, category, image, token]")
        .hasMessageContaining("unknown key `clases`");
  }

  @Test
  void refusesContractThatContradictsItself() {
    assertThatThrownBy(() -> ContractFile.parse(BASE.replace("name: b", "name: a")))
        .hasMessageContaining("`a` stands there twice");
    assertThatThrownBy(() -> ContractFile.parse("shape: [3]\n" + BASE))
        .hasMessageContaining("make a vector of 2, but the shape is [3]");
    assertThatThrownBy(() -> ContractFile.parse(BASE.replace("deviation: 2", "deviation: 0")))
        .hasMessageContaining("deviation is not above 0");
  }
}
