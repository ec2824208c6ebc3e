package dev.tidemill.producer.source;

import dev.tidemill.contract.ColumnSurvey;
import dev.tidemill.contract.Contract;
import dev.tidemill.contract.ContractDeriver;
import dev.tidemill.contract.DeriveOptions;
import dev.tidemill.contract.UndecidedException;
import dev.tidemill.schemas.DType;
import dev.tidemill.schemas.FeatureKind;
import dev.tidemill.schemas.LabelContract;
import dev.tidemill.schemas.LabelKind;
import dev.tidemill.schemas.Target;
import java.util.ArrayList;
import java.util.List;

/** The contracts of samples that are one tensor, which need no preparation. */
public final class TensorContracts {
  /** The name of the only feature. */
  public static final String INPUTS = "inputs";

  /** The name of the label. */
  public static final String LABEL = "label";

  private TensorContracts() {}

  /**
   * Derives the contract of samples.
   *
   * @param key the source's key, for messages
   * @throws UnusableSourceException if there is no labeled sample, or labels could mean several
   *     things
   */
  public static Contract of(String key, List<Sample> first) {
    Sample like =
        first.stream()
            .filter(sample -> sample.label() != null)
            .findFirst()
            .orElseThrow(() -> new UnusableSourceException(key + ": no sample has a label"));
    ColumnSurvey labels = new ColumnSurvey(LABEL);
    first.forEach(sample -> add(labels, sample.label()));
    try {
      return of(like, label(like, labels, DeriveOptions.DEFAULT));
    } catch (UndecidedException e) {
      throw new UnusableSourceException(key + ": " + e.getMessage(), e);
    }
  }

  /** Returns the contract of samples like this one. */
  public static Contract of(Sample like, LabelContract label) {
    return ContractDeriver.tensor(INPUTS, kind(like), like.dtype(), like.shape(), label);
  }

  /** Returns the contract of samples like this one, whose classes are the numbers below a count. */
  public static Contract numbered(Sample like, int classes) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < classes; i++) {
      names.add(Integer.toString(i));
    }
    return of(like, ContractDeriver.classes(LABEL, names));
  }

  private static FeatureKind kind(Sample like) {
    if (like.label() instanceof SampleLabel.NextBytes
        || like.dtype() == DType.INT32
        || like.dtype() == DType.INT64) {
      return FeatureKind.TOKEN;
    }
    boolean image = like.dtype() == DType.UINT8 && like.shape().size() > 1;
    return image ? FeatureKind.IMAGE : FeatureKind.NUMBER;
  }

  /** Adds a label to a survey; sequences and arrays of targets are not surveyed. */
  public static void add(
      ColumnSurvey labels, @org.jspecify.annotations.Nullable SampleLabel label) {
    if (label instanceof SampleLabel.Raw raw) {
      labels.add(raw.value());
    } else if (label instanceof SampleLabel.ClassNumber number) {
      labels.add(number.number());
    }
  }

  /**
   * Returns what the labels of tensors are. Classes that are numbers have no names, because other
   * data may have other ones.
   *
   * @param like a sample with a label
   * @param labels the labels that are single values
   * @throws UndecidedException if labels could mean several things
   */
  public static LabelContract label(Sample like, ColumnSurvey labels, DeriveOptions options) {
    if (like.label() instanceof SampleLabel.NextBytes next) {
      return LabelContract.newBuilder(ContractDeriver.classes(LABEL, List.of()))
          .setPositions(next.numbers().remaining())
          .build();
    }
    if (like.label() instanceof SampleLabel.Targets targets) {
      List<Target> named = new ArrayList<>();
      for (int i = 0; i < targets.values().size(); i++) {
        named.add(Target.newBuilder().setName("target " + i).build());
      }
      return LabelContract.newBuilder()
          .setName(LABEL)
          .setKind(LabelKind.TARGET)
          .setTargets(named)
          .build();
    }
    LabelContract derived = ContractDeriver.label(List.of(labels), options);
    boolean numbered = derived.getClasses().stream().allMatch(TensorContracts::isNumber);
    return derived.getKind() == LabelKind.CLASS && numbered
        ? ContractDeriver.classes(LABEL, List.of())
        : derived;
  }

  private static boolean isNumber(String name) {
    return name.chars().allMatch(c -> c >= '0' && c <= '9');
  }
}
