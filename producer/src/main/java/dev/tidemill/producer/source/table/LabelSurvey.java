package dev.tidemill.producer.source.table;

import dev.tidemill.producer.source.SourceOptions.LabelMeaning;
import dev.tidemill.producer.source.UnusableSourceException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Looks at all cells of the label column and then says what they mean. */
final class LabelSurvey {
  private static final int MOST_CLASSES = 10_000;

  private final CsvLabels asClassNumbers = new CsvLabels.ClassNumbers();
  private final CsvLabels asTargets = new CsvLabels.TargetNumbers();
  private final Set<String> texts = new TreeSet<>();
  private boolean classNumbers = true;
  private boolean numbers = true;

  void see(String cell) {
    classNumbers &= asClassNumbers.of(cell) != null;
    numbers &= asTargets.of(cell) != null;
    if (texts.size() <= MOST_CLASSES) {
      texts.add(cell);
    }
  }

  /** Texts are numbered in their alphabetic order. */
  CsvLabels conclude(String where, LabelMeaning meaning) {
    return switch (meaning) {
      case AUTO -> classNumbers ? asClassNumbers : numbers ? asTargets : named(where);
      case CLASS -> classNumbers ? asClassNumbers : named(where);
      case NUMBER -> asTargets;
    };
  }

  private CsvLabels named(String where) {
    if (texts.contains("")) {
      throw new UnusableSourceException(where + " has an empty cell");
    }
    if (texts.size() > MOST_CLASSES) {
      throw new UnusableSourceException(
          where + " has more than " + MOST_CLASSES + " different texts: these are no classes");
    }
    return CsvLabels.ClassNames.of(List.copyOf(texts));
  }
}
