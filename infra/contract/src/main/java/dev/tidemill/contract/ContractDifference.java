package dev.tidemill.contract;

import dev.tidemill.schemas.CategoryEncoding;
import dev.tidemill.schemas.Feature;
import dev.tidemill.schemas.FeatureKind;
import dev.tidemill.schemas.LabelContract;
import dev.tidemill.schemas.Target;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The difference of two contracts, in words. Classes that are appended, and categories that are
 * appended to an index, give no number another meaning: such a difference is compatible. What a
 * contract only says about its data (counts, the reference) is no difference.
 */
public final class ContractDifference {
  private final List<String> compatible = new ArrayList<>();
  private final List<String> incompatible = new ArrayList<>();

  private ContractDifference() {}

  /** Compares two contracts. */
  public static ContractDifference between(Contract before, Contract after) {
    ContractDifference difference = new ContractDifference();
    difference.features(before, after);
    difference.whenChanged("dtype", before.dtype(), after.dtype());
    if (before.names().equals(after.names())) {
      difference.whenChanged("shape", before.shape(), after.shape());
    }
    difference.label(before.record().getLabel(), after.record().getLabel());
    return difference;
  }

  /** Whether batches of the version before mean the same in the one after. */
  public boolean isCompatible() {
    return incompatible.isEmpty();
  }

  public boolean isEmpty() {
    return compatible.isEmpty() && incompatible.isEmpty();
  }

  /** All differences, a sentence each; those that break something first. */
  public List<String> words() {
    List<String> words = new ArrayList<>(incompatible);
    words.addAll(compatible);
    return List.copyOf(words);
  }

  /** The differences that give numbers another meaning. */
  public List<String> incompatible() {
    return List.copyOf(incompatible);
  }

  private void features(Contract before, Contract after) {
    Map<String, Feature> now = new HashMap<>();
    after.features().forEach(feature -> now.put(feature.getName(), feature));
    for (Feature feature : before.features()) {
      Feature other = now.remove(feature.getName());
      if (other == null) {
        incompatible.add("feature `" + feature.getName() + "` is removed");
      } else {
        feature(feature, other);
      }
    }
    now.keySet().stream()
        .sorted()
        .forEach(name -> incompatible.add("feature `" + name + "` is new"));
    if (now.isEmpty()
        && before.features().size() == after.features().size()
        && !before.names().equals(after.names())) {
      incompatible.add(
          "the order of the features is " + after.names() + " instead of " + before.names());
    }
  }

  private void feature(Feature before, Feature after) {
    String name = "feature `" + before.getName() + "`: ";
    whenChanged(name + "kind", before.getKind(), after.getKind());
    whenChanged(name + "shape", before.getShape(), after.getShape());
    whenChanged(name + "mean", before.getMean(), after.getMean());
    whenChanged(name + "deviation", before.getDeviation(), after.getDeviation());
    whenChanged(name + "indicator", before.getIndicator(), after.getIndicator());
    whenChanged(name + "missing values", before.getMissing(), after.getMissing());
    whenChanged(name + "fill", before.getFill(), after.getFill());
    if (before.getKind() == FeatureKind.CATEGORY && after.getKind() == FeatureKind.CATEGORY) {
      whenChanged(name + "encoding", before.getEncoding(), after.getEncoding());
      names(
          name + "category",
          before.getCategories(),
          after.getCategories(),
          after.getEncoding() == CategoryEncoding.INDEX);
    }
    boundsOf(name, before, after);
  }

  private void boundsOf(String name, Feature before, Feature after) {
    if (!Objects.equals(before.getMinimum(), after.getMinimum())
        || !Objects.equals(before.getMaximum(), after.getMaximum())) {
      compatible.add(name + "its range is " + range(after) + " instead of " + range(before));
    }
  }

  private static String range(Feature feature) {
    return "[" + orNone(feature.getMinimum()) + ", " + orNone(feature.getMaximum()) + "]";
  }

  private static String orNone(@Nullable Object value) {
    return value == null ? "none" : value.toString();
  }

  private void label(@Nullable LabelContract before, @Nullable LabelContract after) {
    if (before == null || after == null) {
      if (before != null || after != null) {
        incompatible.add(before == null ? "a label is new" : "the label is removed");
      }
      return;
    }
    whenChanged("label: name", before.getName(), after.getName());
    whenChanged("label: kind", before.getKind(), after.getKind());
    whenChanged("label: positions", before.getPositions(), after.getPositions());
    names("class", before.getClasses(), after.getClasses(), true);
    whenChanged(
        "label: targets",
        before.getTargets().stream().map(Target::toString).toList(),
        after.getTargets().stream().map(Target::toString).toList());
  }

  private void names(String what, List<String> before, List<String> after, boolean mayGrow) {
    for (int i = 0; i < before.size(); i++) {
      String name = before.get(i);
      int now = after.indexOf(name);
      if (now < 0) {
        incompatible.add(what + " `" + name + "`, number " + i + ", is removed");
      } else if (now != i) {
        incompatible.add(what + " `" + name + "` has number " + now + " instead of " + i);
      }
    }
    for (int i = 0; i < after.size(); i++) {
      if (!before.contains(after.get(i))) {
        String change = what + " `" + after.get(i) + "` is new, with number " + i;
        // Sources whose classes had no names may have used any number.
        boolean appended = mayGrow && i >= before.size() && !before.isEmpty();
        (appended ? compatible : incompatible).add(change);
      }
    }
  }

  private void whenChanged(String what, @Nullable Object before, @Nullable Object after) {
    if (!Objects.equals(before, after)) {
      incompatible.add(what + " is " + orNone(after) + " instead of " + orNone(before));
    }
  }
}
