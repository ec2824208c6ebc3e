package dev.tidemill.contract;

import dev.tidemill.schemas.CategoryEncoding;
import dev.tidemill.schemas.DType;
import dev.tidemill.schemas.DataContract;
import dev.tidemill.schemas.Feature;
import dev.tidemill.schemas.FeatureKind;
import dev.tidemill.schemas.LabelContract;
import dev.tidemill.schemas.LabelKind;
import dev.tidemill.schemas.MissingValues;
import dev.tidemill.schemas.Target;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Derives a model's first contract from what a survey of its data saw. */
public final class ContractDeriver {
  /** Up to this many categories are one-hot; more are an index. */
  static final int MAX_ONE_HOT = 32;

  /** Up to this many different whole numbers are taken for classes. */
  static final int MAX_NUMBERED_CLASSES = 100;

  private final DeriveOptions options;

  private ContractDeriver(DeriveOptions options) {
    this.options = options;
  }

  /**
   * Derives a contract.
   *
   * @param features the columns that are features, in order
   * @param labels the label columns: one, or several targets, or none
   * @throws UndecidedException if a column could mean several things
   * @throws UnusableValueException if a column cannot be used at all
   */
  public static Contract derive(
      List<ColumnSurvey> features, List<ColumnSurvey> labels, DeriveOptions options) {
    ContractDeriver deriver = new ContractDeriver(options);
    List<Feature> derived = features.stream().map(deriver::feature).toList();
    LabelContract label = labels.isEmpty() ? null : deriver.label(labels);
    return options.sequence() ? sequence(derived, label) : table(derived, label);
  }

  /**
   * Derives what labels are.
   *
   * @param columns one label column, or several targets
   * @throws UndecidedException if they could mean several things
   */
  public static LabelContract label(List<ColumnSurvey> columns, DeriveOptions options) {
    return new ContractDeriver(options).label(columns);
  }

  /** Returns the first contract of a table with these features. */
  public static Contract table(List<Feature> features, @Nullable LabelContract label) {
    long width = features.stream().mapToLong(Contract::width).sum();
    return contract(features, DType.FLOAT32, List.of(width), label);
  }

  /**
   * Returns the first contract of rows that are a sequence: the features are its positions.
   *
   * @throws UndecidedException if a feature does not take one element
   */
  private static Contract sequence(List<Feature> features, @Nullable LabelContract label) {
    for (Feature feature : features) {
      if (!Contract.isPosition(feature)) {
        throw new UndecidedException(
            "column `"
                + feature.getName()
                + "` is not one number in each row ("
                + (feature.getIndicator() ? "it has an indicator" : "it is a category")
                + "), so the row is not a sequence; exclude it (data.exclude), or remove"
                + (feature.getIndicator() ? " data.missing.indicator" : " data.sequence"));
      }
    }
    return contract(features, DType.FLOAT32, List.of((long) features.size(), 1L), label);
  }

  /** Returns the first contract of samples that are one tensor. */
  public static Contract tensor(
      String name, FeatureKind kind, DType dtype, List<Long> shape, @Nullable LabelContract label) {
    Feature feature = Feature.newBuilder().setName(name).setKind(kind).setShape(shape).build();
    return contract(List.of(feature), dtype, shape, label);
  }

  private static Contract contract(
      List<Feature> features, DType dtype, List<Long> shape, @Nullable LabelContract label) {
    return Contract.of(
        DataContract.newBuilder()
            .setModel("")
            .setVersion(1)
            .setCompatibleSince(1)
            .setDtype(dtype)
            .setShape(shape)
            .setFeatures(features)
            .setLabel(label)
            .setCreatedAt(Instant.EPOCH)
            .build());
  }

  /** Returns a label whose classes have names. */
  public static LabelContract classes(String name, List<String> classes) {
    return LabelContract.newBuilder()
        .setName(name)
        .setKind(LabelKind.CLASS)
        .setClasses(classes)
        .build();
  }

  private Feature feature(ColumnSurvey column) {
    boolean category = options.categories().contains(column.name()) || !column.isNumeric();
    if (!options.categories().contains(column.name()) && column.isMixed()) {
      throw new UndecidedException(
          "column `"
              + column.name()
              + "` has numbers and also "
              + UnusableValueException.shown(column.firstText())
              + ", which is not a finite number; correct it, or name the column in data.categories",
          column.firstTextAt());
    }
    requireNoDecimalCommas(column, category);
    return category ? category(column) : number(column);
  }

  private void requireNoDecimalCommas(ColumnSurvey column, boolean category) {
    List<String> texts = column.texts();
    if (category
        && !options.categories().contains(column.name())
        && !texts.isEmpty()
        && texts.stream().allMatch(text -> text.matches("[+-]?[0-9.]*,[0-9]+|[+-]?[0-9]+"))) {
      throw new UndecidedException(
          "column `"
              + column.name()
              + "` has numbers with commas, such as "
              + UnusableValueException.shown(texts.get(0))
              + "; set data.decimal=comma or data.thousands=comma, or name the column in"
              + " data.categories");
    }
  }

  private Feature number(ColumnSurvey column) {
    Feature.Builder feature =
        Feature.newBuilder()
            .setName(column.name())
            .setKind(FeatureKind.NUMBER)
            .setReference(column.ofNumbers());
    if (options.standardize()) {
      feature.setMean(column.mean()).setDeviation(column.deviation());
    }
    String fill =
        switch (options.missing()) {
          case REFUSE, DROP -> null;
          case MEAN -> Double.toString(column.mean());
          case MEDIAN -> Double.toString(column.median());
          case CONSTANT -> options.constant();
        };
    return withMissing(feature, column, fill).build();
  }

  private Feature category(ColumnSurvey column) {
    List<String> categories = column.texts();
    if (column.hasTooManyTexts()) {
      throw new UndecidedException(
          "column `"
              + column.name()
              + "` has texts, more than "
              + ColumnSurvey.MAX_TEXTS
              + " different ones; exclude it (data.exclude), or correct the cells that should be"
              + " numbers");
    }
    if (categories.isEmpty()) {
      throw new UndecidedException(
          "column `" + column.name() + "` has no value; exclude it (data.exclude)");
    }
    boolean oneHot = categories.size() <= MAX_ONE_HOT;
    Feature.Builder feature =
        Feature.newBuilder()
            .setName(column.name())
            .setKind(FeatureKind.CATEGORY)
            .setCategories(categories)
            .setEncoding(oneHot ? CategoryEncoding.ONE_HOT : CategoryEncoding.INDEX)
            .setReference(column.ofCategories(categories));
    String fill =
        switch (options.missing()) {
          case REFUSE, DROP -> null;
          case MEAN, MEDIAN -> oneHot ? null : categories.get(0);
          case CONSTANT -> options.constant();
        };
    return withMissing(feature, column, fill).build();
  }

  private Feature.Builder withMissing(
      Feature.Builder feature, ColumnSurvey column, @Nullable String fill) {
    MissingValues missing =
        switch (options.missing()) {
          case REFUSE -> MissingValues.REFUSE;
          case DROP -> MissingValues.DROP;
          case MEAN, MEDIAN, CONSTANT -> MissingValues.FILL;
        };
    return feature
        .setMissing(missing)
        .setFill(fill)
        .setIndicator(options.indicator() && missing == MissingValues.FILL && column.missing() > 0);
  }

  private LabelContract label(List<ColumnSurvey> columns) {
    if (columns.size() > 1 || !isClass(columns.get(0))) {
      return LabelContract.newBuilder()
          .setName(columns.size() == 1 ? columns.get(0).name() : "targets")
          .setKind(LabelKind.TARGET)
          .setTargets(columns.stream().map(this::target).toList())
          .build();
    }
    ColumnSurvey column = columns.get(0);
    if (column.hasTooManyTexts()) {
      throw new UndecidedException(
          "label column `"
              + column.name()
              + "` has more than "
              + ColumnSurvey.MAX_TEXTS
              + " different values, too many for classes");
    }
    List<String> names = column.texts();
    return LabelContract.newBuilder(classes(column.name(), names))
        .setClassCounts(column.counts(names))
        .build();
  }

  private boolean isClass(ColumnSurvey column) {
    return switch (options.labels()) {
      case CLASS -> true;
      case NUMBER -> false;
      case AUTO -> isClassByItsValues(column);
    };
  }

  private static boolean isClassByItsValues(ColumnSurvey column) {
    if (!column.isNumeric()) {
      return true;
    }
    if (column.isWhole()
        && (column.hasTooManyTexts() || column.texts().size() > MAX_NUMBERED_CLASSES)) {
      throw new UndecidedException(
          "label column `"
              + column.name()
              + "` has "
              + (column.hasTooManyTexts()
                  ? "more than " + ColumnSurvey.MAX_TEXTS
                  : column.texts().size())
              + " different whole numbers, which can be classes or targets. Say which: --set"
              + " data.labels=class or --set data.labels=number");
    }
    return column.isWhole() || column.isLogical();
  }

  private Target target(ColumnSurvey column) {
    if (!column.isNumeric()) {
      throw new UndecidedException(
          "target column `" + column.name() + "` has values that are not finite numbers");
    }
    Target.Builder target = Target.newBuilder().setName(column.name());
    if (options.standardize()) {
      target.setMean(column.mean()).setDeviation(column.deviation());
    }
    return target.build();
  }
}
