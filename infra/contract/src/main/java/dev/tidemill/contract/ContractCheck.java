package dev.tidemill.contract;

import dev.tidemill.schemas.CategoryEncoding;
import dev.tidemill.schemas.DType;
import dev.tidemill.schemas.DataContract;
import dev.tidemill.schemas.Feature;
import dev.tidemill.schemas.FeatureKind;
import dev.tidemill.schemas.FeatureStatistics;
import dev.tidemill.schemas.LabelContract;
import dev.tidemill.schemas.LabelKind;
import dev.tidemill.schemas.MissingValues;
import dev.tidemill.schemas.Target;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Finds contradictions in a contract that anybody may have written. Used once. */
final class ContractCheck {
  private final DataContract contract;
  private final List<String> faults = new ArrayList<>();

  private ContractCheck(DataContract contract) {
    this.contract = contract;
  }

  static List<String> faults(DataContract contract) {
    ContractCheck check = new ContractCheck(contract);
    check.run();
    return check.faults;
  }

  private void run() {
    require(contract.getVersion() >= 1, "its version is not at least 1");
    require(
        contract.getCompatibleSince() >= 1
            && contract.getCompatibleSince() <= contract.getVersion(),
        "compatible_since is " + contract.getCompatibleSince() + ", not from 1 to its version");
    require(contract.getShape().stream().allMatch(size -> size >= 1), "a size is not at least 1");
    features();
    if (contract.getLabel() != null) {
      label(contract.getLabel());
    }
  }

  private void features() {
    List<Feature> features = contract.getFeatures();
    require(!features.isEmpty(), "it has no features");
    distinct(features.stream().map(Feature::getName).toList(), "features");
    features.forEach(this::feature);
    if (features.stream().anyMatch(feature -> !feature.getShape().isEmpty())) {
      require(
          features.size() == 1 && features.get(0).getShape().equals(contract.getShape()),
          "a feature with a shape of its own is not the whole sample");
    } else if (faults.isEmpty()) {
      long width = features.stream().mapToLong(Contract::width).sum();
      boolean sequence =
          contract.getShape().equals(List.of(width, 1L))
              && features.stream().allMatch(Contract::isPosition);
      require(
          sequence || contract.getShape().equals(List.of(width)),
          "the features make a vector of "
              + width
              + ", but the shape is "
              + contract.getShape()
              + " (if all are numbers, they may also make a sequence ["
              + width
              + ", 1])");
      require(
          contract.getDtype() == DType.FLOAT32, "scalar features make FLOAT32, not another dtype");
    }
  }

  private void feature(Feature feature) {
    String name = "feature `" + feature.getName() + "`";
    require(isScale(feature.getDeviation()), name + ": the deviation is not above 0 and finite");
    require(Double.isFinite(feature.getMean()), name + ": the mean is not finite");
    boolean category = feature.getKind() == FeatureKind.CATEGORY;
    require(
        !category || !feature.getCategories().isEmpty(), name + ": a category without categories");
    distinct(feature.getCategories(), name + ": categories");
    Double low = feature.getMinimum();
    Double high = feature.getMaximum();
    require(
        low == null || high == null || low <= high, name + ": the minimum is above the maximum");
    if (feature.getReference() != null) {
      reference(feature, feature.getReference(), name);
    }
    if (feature.getMissing() == MissingValues.FILL) {
      fill(feature, name);
    }
  }

  private void reference(Feature feature, FeatureStatistics reference, String name) {
    int counts = reference.getCounts().size();
    require(
        feature.getKind() == FeatureKind.CATEGORY
            ? counts <= feature.getCategories().size()
            : counts == 0 || counts == reference.getEdges().size() + 1,
        name + ": the reference has another number of counts");
    require(
        reference.getCounts().stream().allMatch(count -> count >= 0)
            && reference.getSamples() >= 0
            && reference.getMissing() >= 0,
        name + ": the reference has a negative count");
  }

  private void fill(Feature feature, String name) {
    String fill = feature.getFill();
    boolean number = feature.getKind() == FeatureKind.NUMBER;
    if (fill == null) {
      require(
          feature.getKind() == FeatureKind.CATEGORY
              && feature.getEncoding() == CategoryEncoding.ONE_HOT,
          name + ": missing values are filled, but with no value");
    } else if (number) {
      require(
          !Double.isNaN(NumberText.parse(fill)), name + ": the fill value is not a finite number");
    } else {
      require(feature.getCategories().contains(fill), name + ": the fill value is not a category");
    }
  }

  private void label(LabelContract label) {
    boolean classes = label.getKind() == LabelKind.CLASS;
    distinct(label.getClasses(), "classes");
    require(classes || label.getClasses().isEmpty(), "targets have no classes");
    require(classes != !label.getTargets().isEmpty(), "a label has either classes or targets");
    require(label.getPositions() >= 0, "the label's positions are negative");
    require(
        label.getClassCounts().isEmpty()
            || label.getClassCounts().size() == label.getClasses().size(),
        "class_counts does not have a number for each class");
    distinct(label.getTargets().stream().map(Target::getName).toList(), "targets");
    for (Target target : label.getTargets()) {
      require(
          isScale(target.getDeviation()) && Double.isFinite(target.getMean()),
          "target `" + target.getName() + "`: mean or deviation is not usable");
    }
  }

  private static boolean isScale(double deviation) {
    return deviation > 0 && Double.isFinite(deviation);
  }

  private void distinct(List<String> names, String what) {
    Set<String> seen = new HashSet<>();
    for (String name : names) {
      require(seen.add(name), what + ": `" + name + "` stands there twice");
    }
  }

  private void require(boolean holds, String fault) {
    if (!holds) {
      faults.add(fault);
    }
  }
}
