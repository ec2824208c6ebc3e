package dev.tidemill.trainer;

import dev.tidemill.contract.ClassReport;
import java.util.List;

/**
 * How classes were predicted in the last epoch of a run. Each prediction was made before the step
 * that learned from its sample.
 *
 * @param epoch the last one, from 1
 * @param epochs of the run; 0 if it read each record once
 * @param classes the names in the order of the classes' numbers; a number if a class has no name
 */
public record ClassSummary(int epoch, int epochs, ClassReport report, List<String> classes) {
  public ClassSummary {
    classes = List.copyOf(classes);
  }
}
