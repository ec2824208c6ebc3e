package dev.tidemill.contract;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How to derive a contract from a table.
 *
 * @param labels what the labels are
 * @param standardize whether numbers, and targets, get mean 0 and deviation 1
 * @param categories features that are categories although their values are numbers
 * @param missing what happens to missing values
 * @param constant the value for {@link MissingPolicy#CONSTANT}
 * @param indicator whether each feature with missing values gets an indicator
 * @param sequence whether a row is a sequence of numbers, [features, 1], instead of a vector
 */
public record DeriveOptions(
    LabelMeaning labels,
    boolean standardize,
    Set<String> categories,
    MissingPolicy missing,
    @Nullable String constant,
    boolean indicator,
    boolean sequence) {

  public static final DeriveOptions DEFAULT =
      new DeriveOptions(
          LabelMeaning.AUTO, false, Set.of(), MissingPolicy.REFUSE, null, false, false);

  public DeriveOptions {
    categories = Set.copyOf(categories);
  }

  public DeriveOptions withLabels(LabelMeaning other) {
    return new DeriveOptions(
        other, standardize, categories, missing, constant, indicator, sequence);
  }

  public DeriveOptions withStandardize(boolean other) {
    return new DeriveOptions(labels, other, categories, missing, constant, indicator, sequence);
  }

  public DeriveOptions withSequence(boolean other) {
    return new DeriveOptions(labels, standardize, categories, missing, constant, indicator, other);
  }
}
