package dev.tidemill.producer.source.table;

import dev.tidemill.contract.ColumnSurvey;
import dev.tidemill.contract.Contract;
import dev.tidemill.contract.ContractDeriver;
import dev.tidemill.contract.DeriveOptions;
import dev.tidemill.contract.LabelMeaning;
import dev.tidemill.contract.MissingPolicy;
import dev.tidemill.producer.source.UnusableSourceException;
import dev.tidemill.schemas.Feature;
import dev.tidemill.schemas.FeatureKind;
import dev.tidemill.schemas.LabelContract;
import dev.tidemill.schemas.LabelKind;
import dev.tidemill.schemas.MissingValues;
import dev.tidemill.schemas.Target;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a table and a contract have to do with each other. */
public final class TableContract {
  private TableContract() {}

  /** Derives the contract of columns. */
  public static Contract derive(
      List<ColumnSurvey> values, ColumnSurvey label, DeriveOptions options) {
    return ContractDeriver.derive(values, List.of(label), options);
  }

  /** The classes of a label column that a contract lacks; none if its classes have no names. */
  public static List<String> newClasses(Contract contract, @Nullable ColumnSurvey label) {
    if (label == null || contract.classes().isEmpty()) {
      return List.of();
    }
    return label.texts().stream().filter(name -> contract.classNumber(name).isEmpty()).toList();
  }

  /** Says which columns a contract does not have; empty if it has all. */
  public static List<String> extraColumns(String file, List<String> columns, Contract contract) {
    List<String> extra = new ArrayList<>(columns);
    extra.removeAll(contract.names());
    contract.label().ifPresent(label -> extra.remove(label.getName()));
    return extra.isEmpty()
        ? List.of()
        : List.of(
            file
                + ": ignoring the columns `"
                + String.join("`, `", extra)
                + "`, which "
                + contract
                + " does not have");
  }

  /**
   * Refuses settings that say how to derive a contract if the model has one that says otherwise.
   */
  public static void requireAgreement(DeriveOptions options, Contract contract) {
    if (options.standardize() && !isScaled(contract)) {
      throw contradiction("data.standardize=true", contract, "does not standardize its features");
    }
    if (options.sequence() && !contract.isNamedSequence()) {
      throw contradiction(
          "data.sequence=true", contract, "has samples of shape " + contract.shape());
    }
    LabelContract label = contract.record().getLabel();
    if (label != null && options.labels() != LabelMeaning.AUTO) {
      boolean classes = label.getKind() == LabelKind.CLASS;
      if (classes != (options.labels() == LabelMeaning.CLASS)) {
        throw contradiction(
            "data.labels=" + (classes ? "number" : "class"),
            contract,
            classes ? "has classes" : "has targets");
      }
    }
    if (options.missing() != MissingPolicy.REFUSE) {
      MissingValues expected =
          options.missing() == MissingPolicy.DROP ? MissingValues.DROP : MissingValues.FILL;
      if (contract.features().stream().noneMatch(f -> f.getMissing() == expected)) {
        throw contradiction(
            "data.missing=" + options.missing().name().toLowerCase(java.util.Locale.ROOT),
            contract,
            "treats missing values in another way");
      }
    }
    for (Feature feature : contract.features()) {
      if (options.categories().contains(feature.getName())
          && feature.getKind() != FeatureKind.CATEGORY) {
        throw contradiction(
            "data.categories", contract, "does not have `" + feature.getName() + "` as a category");
      }
    }
  }

  private static boolean isScaled(Contract contract) {
    List<Target> targets = contract.label().map(LabelContract::getTargets).orElse(List.of());
    List<Feature> numbers =
        contract.features().stream().filter(f -> f.getKind() == FeatureKind.NUMBER).toList();
    return (numbers.isEmpty() && targets.isEmpty())
        || numbers.stream().anyMatch(f -> f.getMean() != 0 || f.getDeviation() != 1)
        || targets.stream().anyMatch(t -> t.getMean() != 0 || t.getDeviation() != 1);
  }

  private static UnusableSourceException contradiction(
      String setting, Contract contract, String what) {
    return new UnusableSourceException(
        setting
            + " contradicts "
            + contract
            + ", which "
            + what
            + "; such settings only apply to a model's first data (see tidemill contract)");
  }
}
