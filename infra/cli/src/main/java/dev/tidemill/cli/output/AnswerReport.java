package dev.tidemill.cli.output;

import dev.tidemill.contract.ClassReport;
import dev.tidemill.contract.TargetReport;
import dev.tidemill.producer.requests.Answer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** Compares answers with labels: per class, or per target of a regression. Any thread. */
final class AnswerReport {
  private final Map<String, Integer> numbers = new LinkedHashMap<>();
  private final List<String> names = new ArrayList<>();
  private final ClassReport classes = new ClassReport();
  private final List<TargetReport> targets = new ArrayList<>();

  /**
   * @param classes in the order in which the report names them; others follow
   */
  AnswerReport(List<String> classes) {
    classes.forEach(this::number);
  }

  private int number(String name) {
    return numbers.computeIfAbsent(
        name,
        added -> {
          names.add(added);
          return names.size() - 1;
        });
  }

  synchronized void add(Answer answer) {
    String expected = answer.expectedClass();
    String predicted = answer.predictedClass();
    if (answer.isScored() && expected != null && predicted != null) {
      classes.add(number(expected), number(predicted), 1);
      return;
    }
    List<Double> values = answer.expectedTargets();
    List<Float> outputs = answer.prediction().getOutputs();
    if (values.size() == outputs.size()) {
      for (int i = 0; i < values.size(); i++) {
        if (i == targets.size()) {
          targets.add(new TargetReport("target " + i));
        }
        targets.get(i).add(values.get(i), outputs.get(i));
      }
    }
  }

  /** Returns the figures of a regression, one of each per target; empty if there is none. */
  synchronized Map<String, Object> errors() {
    Map<String, Object> errors = new LinkedHashMap<>();
    if (!targets.isEmpty()) {
      errors.put("mae", figures(TargetReport::mae));
      errors.put("rmse", figures(TargetReport::rmse));
      errors.put("r2", figures(TargetReport::r2));
    }
    return errors;
  }

  /** A number, or a list of them if there are several targets. */
  private Object figures(ToDoubleFunction<TargetReport> figure) {
    List<Double> figures = targets.stream().map(figure::applyAsDouble).toList();
    return figures.size() == 1 ? figures.get(0) : figures;
  }

  /** Returns the figures of a regression as words; empty if there is none. */
  synchronized String errorWords() {
    return targets.isEmpty() ? "" : TargetReport.words(targets) + ", ";
  }

  /** Returns the report on classes as lines; empty if no label is a class. */
  synchronized List<String> lines() {
    return classes.isEmpty() ? List.of() : classes.lines(names::get);
  }

  /** Returns the figures of each class by name; empty if no label is a class. */
  synchronized Map<String, Object> classFigures() {
    Map<String, Object> figures = new LinkedHashMap<>();
    for (ClassReport.Score score : classes.scores()) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("precision", score.precision());
      row.put("recall", score.recall());
      row.put("f1", score.f1());
      row.put("samples", score.support());
      Map<String, Object> predicted = new LinkedHashMap<>();
      for (ClassReport.Score other : classes.scores()) {
        predicted.put(names.get(other.number()), classes.count(score.number(), other.number()));
      }
      row.put("predicted_as", predicted);
      figures.put(names.get(score.number()), row);
    }
    return figures;
  }
}
