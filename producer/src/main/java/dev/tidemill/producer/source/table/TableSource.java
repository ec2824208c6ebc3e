package dev.tidemill.producer.source.table;

import dev.tidemill.contract.ColumnSurvey;
import dev.tidemill.contract.Contract;
import dev.tidemill.contract.LabelMeaning;
import dev.tidemill.contract.MissingPolicy;
import dev.tidemill.contract.SurveyCheck;
import dev.tidemill.contract.UndecidedException;
import dev.tidemill.contract.UnusableValueException;
import dev.tidemill.producer.source.IndexedSource;
import dev.tidemill.producer.source.Sample;
import dev.tidemill.producer.source.SampleConformer;
import dev.tidemill.producer.source.SourceDescription;
import dev.tidemill.producer.source.SourceOptions;
import dev.tidemill.producer.source.UnusableSourceException;
import dev.tidemill.schemas.LabelContract;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/**
 * A file with named columns as a source: each row is a sample of named values. The whole file was
 * surveyed before. Any thread.
 */
public abstract class TableSource implements IndexedSource {
  private final TableColumns columns;
  private final TableSurvey survey;
  private final SourceOptions options;
  private final SourceDescription description;

  /**
   * @param format name of the format, which begins the key
   * @param survey what all rows hold
   */
  protected TableSource(
      String format, TableColumns columns, TableSurvey survey, long rows, SourceOptions options) {
    this.columns = columns;
    this.survey = survey;
    this.options = options;
    this.description =
        SourceDescription.of(
            SourceDescription.keyOf(format, Path.of(columns.file())),
            OptionalLong.of(rows),
            List.of());
  }

  /** Says where a row stands, for messages, e.g. `line 3`. */
  protected abstract String place(long row);

  protected final TableColumns columns() {
    return columns;
  }

  protected final SourceOptions options() {
    return options;
  }

  @Override
  public final SourceDescription description() {
    return description;
  }

  /** The key names the file, whose content may change. */
  @Override
  public final boolean mayChange() {
    return true;
  }

  @Override
  public final Contract derive(List<Sample> first) {
    ColumnSurvey label = survey.label();
    if (label == null) {
      throw columns.noLabel();
    }
    Contract derived;
    try {
      derived = TableContract.derive(survey.values(), label, options.derive());
    } catch (UndecidedException e) {
      String where = e.sample() < 0 ? "" : " " + place(e.sample());
      throw new UnusableSourceException(columns.file() + where + ": " + e.getMessage(), e);
    } catch (UnusableValueException e) {
      throw new UnusableSourceException(columns.file() + ": " + e.getMessage(), e);
    }
    boolean refuses = options.derive().missing() == MissingPolicy.REFUSE;
    if (label.missing() > 0
        || options.derive().labels() != LabelMeaning.AUTO
        || (refuses && survey.values().stream().anyMatch(column -> column.missing() > 0))) {
      prepareAll(derived); // It fails, and names the row.
    }
    return derived;
  }

  @Override
  public final List<String> newClasses(Contract contract, List<Sample> first) {
    return TableContract.newClasses(
        contract,
        survey.label() != null
            ? survey.label()
            : contract.label().map(label -> survey.column(label.getName())).orElse(null));
  }

  @Override
  public final List<String> check(Contract contract) {
    TableContract.requireAgreement(options.derive(), contract);
    requireOneLabel(contract);
    if (!SurveyCheck.accepts(contract, survey::column, survey.label())) {
      prepareAll(contract); // It names the row.
    }
    return TableContract.extraColumns(columns.file(), columns.values(), contract);
  }

  /** A column named label must not be taken for the label if the contract names another column. */
  private void requireOneLabel(Contract contract) {
    ColumnSurvey label = survey.label();
    String name = contract.label().map(LabelContract::getName).orElse("");
    if (options.labelColumn() == null
        && label != null
        && !label.name().equals(name)
        && survey.column(name) != null) {
      throw new UnusableSourceException(
          columns.file()
              + " has the columns `"
              + name
              + "`, the label of "
              + contract
              + ", and `"
              + label.name()
              + "`; say which is the label: --label");
    }
    // Without this, such a row would take its label from the other column.
    if (label != null
        && label.missing() > 0
        && !label.name().equals(name)
        && survey.column(name) != null) {
      throw new UnusableSourceException(
          columns.file()
              + " "
              + place(label.firstMissingAt())
              + ": no label in column `"
              + label.name()
              + "`");
    }
  }

  private void prepareAll(Contract contract) {
    new SampleConformer(contract).checkAll(read(0));
  }
}
