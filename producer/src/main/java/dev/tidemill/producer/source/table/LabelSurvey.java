package dev.tidemill.producer.source.table;

import dev.tidemill.producer.source.SourceOptions.LabelMeaning;
import dev.tidemill.producer.source.UnusableSourceException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Collects the cells of the label column and infers their meaning. */
final class LabelSurvey {
  private static final int MAX_CLASSES = 10_000;

  private final CsvLabels asClassNumbers = new CsvLabels.ClassNumbers();
  private final CsvLabels asTargets = new CsvLabels.TargetNumbers();
  private final Set<String> texts = new TreeSet<>();
  private boolean classNumbers = true;
  private boolean numbers = true;

  void add(String cell) {
    classNumbers &= asClassNumbers.of(cell) != null;
    numbers &= asTargets.of(cell) != null;
    if (texts.size() <= MAX_CLASSES) {
      texts.add(cell);
    }
  }

  /** Infers the meaning of all cells added. Text labels are numbered in alphabetical order. */
  CsvLabels meaning(String where, LabelMeaning meaning) {
    return switch (meaning) {
      case AUTO -> classNumbers ? asClassNumbers : numbers ? asTargets : named(where);
      case CLASS -> classNumbers ? asClassNumbers : named(where);
      case NUMBER -> asTargets;
    };
  }

  private CsvLabels named(String where) {
    if (texts.contains("")) {
      throw new UnusableSourceException(where + " has an empty cell; each row needs a label");
    }
    if (texts.size() > MAX_CLASSES) {
      throw new UnusableSourceException(
          where + " has more than " + MAX_CLASSES + " different texts, too many for class labels");
    }
    return CsvLabels.ClassNames.of(List.copyOf(texts));
  }
}
