package dev.tidemill.trainer;

import dev.tidemill.contract.ClassReport;
import dev.tidemill.contract.Contract;
import dev.tidemill.contract.TargetReport;
import dev.tidemill.engine.ConfusionCounts;
import dev.tidemill.engine.Network;
import dev.tidemill.engine.TargetSums;
import dev.tidemill.schemas.LabelContract;
import dev.tidemill.schemas.Target;
import dev.tidemill.schemas.TargetErrors;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reports sums over predictions with the names and in the units of a data contract. Any thread. */
final class TrainingReports {
  /** In place of a contract's version: there were no samples before. */
  static final int UNKNOWN = -1;

  private final KnownContracts contracts;
  private final int outputs;
  private final boolean classes;

  TrainingReports(KnownContracts contracts, Network network) {
    this.contracts = contracts;
    this.outputs = network.outputLength();
    this.classes = network.classLabels() > 0;
  }

  /**
   * Returns the errors of each target; empty unless the network is a regression whose errors are
   * summed, without samples, and if the targets changed their units between the samples: such sums
   * are in no unit.
   *
   * @param from the oldest data contract that they have, 0 for none; {@link #UNKNOWN} if it is as
   *     {@code to}
   * @param to the newest data contract that they have; 0 for none
   */
  List<TargetReport> errors(MetricSums over, int from, int to) {
    TargetSums sums = over.targets();
    List<Target> targets = targets(to);
    if (over.samples() == 0
        || (from != UNKNOWN && !scales(targets(from)).equals(scales(targets)))) {
      return List.of();
    }
    if (targets.size() != sums.targets()) {
      targets = List.of();
    }
    List<TargetReport> reports = new ArrayList<>();
    for (int i = 0; i < sums.targets(); i++) {
      String name = targets.isEmpty() ? "target " + i : targets.get(i).getName();
      double unit = targets.isEmpty() ? 1 : targets.get(i).getDeviation();
      TargetReport report = new TargetReport(name);
      report.add(
          over.samples(),
          unit * sums.absoluteErrors(i),
          unit * unit * sums.squaredErrors(i),
          unit * sums.values(i),
          unit * unit * sums.squaredValues(i));
      reports.add(report);
    }
    return reports;
  }

  private List<Target> targets(int contract) {
    return contracts
        .version(contract)
        .flatMap(Contract::label)
        .map(LabelContract::getTargets)
        .orElse(List.of());
  }

  private static List<Double> scales(List<Target> targets) {
    return targets.stream()
        .flatMap(target -> Stream.of(target.getMean(), target.getDeviation()))
        .toList();
  }

  /** Returns the errors as manifests contain them. */
  List<TargetErrors> manifestErrors(MetricSums over, int from, int to) {
    return errors(over, from, to).stream().map(TrainingReports::toManifest).toList();
  }

  private static TargetErrors toManifest(TargetReport report) {
    @Nullable Double r2 = Double.isNaN(report.r2()) ? null : Double.valueOf(report.r2());
    return new TargetErrors(report.name(), report.mae(), report.rmse(), r2);
  }

  /** Whether labels are classes that are too many to be counted. */
  boolean hasTooManyClasses() {
    return classes && ConfusionCounts.counted(outputs) == 0;
  }

  /** Returns a report on classes; empty if nothing was counted. */
  ClassReport classes(ConfusionCounts counts) {
    ClassReport report = new ClassReport();
    for (int expected = 0; expected < counts.classes(); expected++) {
      for (int predicted = 0; predicted < counts.classes(); predicted++) {
        report.add(expected, predicted, counts.count(expected, predicted));
      }
    }
    return report;
  }

  /**
   * Returns the names of the network's classes, or their numbers.
   *
   * @param contract a version; 0 if there is none
   */
  List<String> classNames(int contract) {
    List<String> named = contracts.version(contract).map(Contract::classes).orElse(List.of());
    List<String> names = new ArrayList<>();
    for (int i = 0; i < outputs; i++) {
      names.add(i < named.size() ? named.get(i) : Integer.toString(i));
    }
    return names;
  }
}
