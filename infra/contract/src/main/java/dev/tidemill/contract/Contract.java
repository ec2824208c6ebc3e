package dev.tidemill.contract;

import dev.tidemill.schemas.CategoryEncoding;
import dev.tidemill.schemas.DType;
import dev.tidemill.schemas.DataContract;
import dev.tidemill.schemas.Feature;
import dev.tidemill.schemas.FeatureKind;
import dev.tidemill.schemas.LabelContract;
import dev.tidemill.schemas.LabelKind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A data contract that was checked: what a model's data means. Immutable, as long as nobody changes
 * the record. Any thread.
 */
public final class Contract {
  private final DataContract record;
  private final Map<String, Integer> classes;

  private Contract(DataContract record) {
    this.record = record;
    this.classes = numbers(record.getLabel() == null ? List.of() : record.getLabel().getClasses());
  }

  /**
   * Checks a contract.
   *
   * @throws InvalidContractException with every contradiction
   */
  public static Contract of(DataContract record) {
    List<String> faults = ContractCheck.faults(record);
    if (!faults.isEmpty()) {
      throw new InvalidContractException(
          "contract version " + record.getVersion() + " of model " + record.getModel(), faults);
    }
    return new Contract(record);
  }

  private static Map<String, Integer> numbers(List<String> names) {
    Map<String, Integer> numbers = new HashMap<>();
    names.forEach(name -> numbers.put(name, numbers.size()));
    return Map.copyOf(numbers);
  }

  public DataContract record() {
    return record;
  }

  public int version() {
    return record.getVersion();
  }

  public List<Feature> features() {
    return record.getFeatures();
  }

  /** The features' names, in order. */
  public List<String> names() {
    return features().stream().map(Feature::getName).toList();
  }

  /** Shape of one sample. */
  public List<Long> shape() {
    return record.getShape();
  }

  /** Element type of the inputs. */
  public DType dtype() {
    return record.getDtype();
  }

  /** Whether a sample consists of scalar features, so that it can be given by named values. */
  public boolean isTable() {
    return features().stream().allMatch(feature -> feature.getShape().isEmpty());
  }

  /** Whether a sample is a sequence of numbers that have names: [features, 1]. */
  public boolean isNamedSequence() {
    return isTable() && shape().size() == 2;
  }

  /** Whether a feature may be a position of a sequence. */
  static boolean isPosition(Feature feature) {
    return feature.getKind() == FeatureKind.NUMBER && !feature.getIndicator();
  }

  /** Number of elements that the features of a table make. */
  public int width() {
    return features().stream().mapToInt(Contract::width).sum();
  }

  /** Number of elements that a scalar feature takes. */
  public static int width(Feature feature) {
    boolean oneHot =
        feature.getKind() == FeatureKind.CATEGORY
            && feature.getEncoding() == CategoryEncoding.ONE_HOT;
    return (oneHot ? feature.getCategories().size() : 1) + (feature.getIndicator() ? 1 : 0);
  }

  /** The categories of a table that are encoded as their number, by the index of their element. */
  public SortedMap<Integer, Feature> indexedCategories() {
    SortedMap<Integer, Feature> indexed = new TreeMap<>();
    int element = 0;
    for (Feature feature : isTable() ? features() : List.<Feature>of()) {
      if (feature.getKind() == FeatureKind.CATEGORY
          && feature.getEncoding() == CategoryEncoding.INDEX) {
        indexed.put(element, feature);
      }
      element += width(feature);
    }
    return indexed;
  }

  public Optional<LabelContract> label() {
    return Optional.ofNullable(record.getLabel());
  }

  /** Whether labels are classes; false if they are targets or there are none. */
  public boolean isClassification() {
    return label().filter(label -> label.getKind() == LabelKind.CLASS).isPresent();
  }

  /** The class names in the order of their numbers; empty if classes have no names. */
  public List<String> classes() {
    return label().map(LabelContract::getClasses).orElse(List.of());
  }

  /** Returns the number of a class; empty if the contract does not have it. */
  public OptionalInt classNumber(String name) {
    Integer number = classes.get(name);
    return number == null ? OptionalInt.empty() : OptionalInt.of(number);
  }

  /** Number of named classes, or of targets; empty if the contract does not determine it. */
  public OptionalInt outputs() {
    LabelContract label = record.getLabel();
    if (label == null) {
      return OptionalInt.empty();
    }
    int outputs =
        label.getKind() == LabelKind.CLASS ? label.getClasses().size() : label.getTargets().size();
    return outputs == 0 ? OptionalInt.empty() : OptionalInt.of(outputs);
  }

  /**
   * Whether batches of an older version mean the same as this version's, apart from classes and
   * categories that they do not have yet.
   */
  public boolean accepts(int batchVersion) {
    return batchVersion >= record.getCompatibleSince() && batchVersion <= version();
  }

  /** Returns this contract as the first version of a model. */
  public Contract asFirst(String model, String producer, Instant createdAt) {
    return of(
        DataContract.newBuilder(record)
            .setModel(model)
            .setVersion(1)
            .setCompatibleSince(1)
            .setChanges(List.of())
            .setProducer(producer)
            .setCreatedAt(createdAt)
            .build());
  }

  /**
   * Returns the version after this one.
   *
   * @param next what it says; its version and changes are replaced
   * @param producer who writes it
   */
  public Contract followedBy(Contract next, String producer, Instant createdAt) {
    ContractDifference difference = ContractDifference.between(this, next);
    return of(
        DataContract.newBuilder(next.record)
            .setModel(record.getModel())
            .setVersion(version() + 1)
            .setCompatibleSince(
                difference.isCompatible() ? record.getCompatibleSince() : version() + 1)
            .setChanges(difference.words())
            .setProducer(producer)
            .setCreatedAt(createdAt)
            .build());
  }

  /**
   * Returns this contract with more classes, whose numbers follow those of the others.
   *
   * @throws IllegalArgumentException if labels have no class names
   */
  public Contract withClasses(List<String> more) {
    LabelContract label = record.getLabel();
    if (label == null || label.getClasses().isEmpty()) {
      throw new IllegalArgumentException(this + " has no class names");
    }
    List<String> names = new ArrayList<>(label.getClasses());
    more.stream().filter(name -> classNumber(name).isEmpty()).distinct().forEach(names::add);
    List<Long> counts = new ArrayList<>(label.getClassCounts());
    while (!counts.isEmpty() && counts.size() < names.size()) {
      counts.add(0L);
    }
    LabelContract grown =
        LabelContract.newBuilder(label).setClasses(names).setClassCounts(counts).build();
    return of(DataContract.newBuilder(record).setLabel(grown).build());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Contract contract && contract.record.equals(record);
  }

  @Override
  public int hashCode() {
    return record.hashCode();
  }

  @Override
  public String toString() {
    return "contract version " + version() + " of model " + record.getModel();
  }
}
