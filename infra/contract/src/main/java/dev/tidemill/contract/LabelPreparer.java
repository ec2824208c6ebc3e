package dev.tidemill.contract;

import dev.tidemill.schemas.LabelContract;
import dev.tidemill.schemas.LabelKind;
import dev.tidemill.schemas.Target;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Gives raw labels their numbers, as a contract says. Any thread. */
public final class LabelPreparer {
  private final Contract contract;
  private final LabelContract label;

  /** The number of each class whose name is a whole number: sources number their classes. */
  private final Map<Integer, Integer> numbered = new HashMap<>();

  /**
   * @throws IllegalArgumentException if the contract has no label
   */
  public LabelPreparer(Contract contract) {
    this.contract = contract;
    this.label =
        contract
            .label()
            .orElseThrow(() -> new IllegalArgumentException(contract + " has no label"));
    List<String> names = label.getClasses();
    for (int i = 0; i < names.size(); i++) {
      if (names.get(i).matches("0|[1-9][0-9]{0,8}")) {
        numbered.put(Integer.valueOf(names.get(i)), i);
      }
    }
  }

  /** Whether labels are classes; otherwise they are targets. */
  public boolean isClass() {
    return label.getKind() == LabelKind.CLASS;
  }

  /** Number of targets; 0 for classes. */
  public int targets() {
    return label.getTargets().size();
  }

  /**
   * Returns the number of a class.
   *
   * @param raw a class name or, if the contract has no names, a whole number from 0
   * @throws UnknownClassException if the contract lacks the class
   * @throws UnusableValueException if the value is missing, or is no class at all
   */
  public int classNumber(@Nullable Object raw) {
    Integer known = raw instanceof Integer whole ? numbered.get(whole) : null;
    if (known != null) {
      return known;
    }
    String text = raw == null ? "" : text(raw);
    if (raw == null || text.isEmpty()) {
      throw UnusableValueException.missing(label.getName());
    }
    if (!isClass()) {
      throw new UnusableValueException(label.getName(), raw, "a class, but labels are targets");
    }
    if (label.getClasses().isEmpty()) {
      double value = NumberText.parse(text);
      if (value >= 0 && value <= Integer.MAX_VALUE && NumberText.isWhole(value)) {
        return (int) value;
      }
      throw new UnusableValueException(
          label.getName(), raw, "not a class number from 0; " + contract + " has no class names");
    }
    OptionalInt number = contract.classNumber(text);
    if (number.isEmpty()) {
      throw new UnknownClassException(contract, label.getName(), text);
    }
    return number.getAsInt();
  }

  private static String text(Object raw) {
    return raw instanceof Number number ? NumberText.text(number) : raw.toString().strip();
  }

  /**
   * Returns a target's element.
   *
   * @param index of the target, from 0
   * @throws UnusableValueException if the value is missing or not a finite number
   */
  public float target(int index, @Nullable Object raw) {
    if (isClass()) {
      throw new UnusableValueException(
          label.getName(), raw == null ? "" : raw, "a target, but labels are classes");
    }
    Target target = label.getTargets().get(index);
    if (raw == null || raw.toString().isBlank()) {
      throw UnusableValueException.missing(target.getName());
    }
    double value =
        raw instanceof Number number ? number.doubleValue() : NumberText.parse(raw.toString());
    float element = (float) ((value - target.getMean()) / target.getDeviation());
    if (!Float.isFinite(element)) {
      throw new UnusableValueException(target.getName(), raw, "not a finite number");
    }
    return element;
  }

  /** Returns a target in its own unit. */
  public double inUnits(int index, double element) {
    Target target = label.getTargets().get(index);
    return element * target.getDeviation() + target.getMean();
  }

  /** Returns the name of a class: its number, if the contract has no names. */
  public String className(int number) {
    List<String> names = label.getClasses();
    return number < names.size() ? names.get(number) : Integer.toString(number);
  }
}
