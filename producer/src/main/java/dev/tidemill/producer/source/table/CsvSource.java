package dev.tidemill.producer.source.table;

import dev.tidemill.contract.ColumnSurvey;
import dev.tidemill.contract.Contract;
import dev.tidemill.contract.LabelMeaning;
import dev.tidemill.contract.MissingPolicy;
import dev.tidemill.contract.UndecidedException;
import dev.tidemill.contract.UnusableValueException;
import dev.tidemill.producer.source.IndexedSource;
import dev.tidemill.producer.source.Sample;
import dev.tidemill.producer.source.SampleConformer;
import dev.tidemill.producer.source.SampleReader;
import dev.tidemill.producer.source.SourceDescription;
import dev.tidemill.producer.source.SourceOptions;
import dev.tidemill.producer.source.UnusableSourceException;
import dev.tidemill.producer.source.rows.ByteFeed;
import dev.tidemill.producer.source.rows.DataFile;
import dev.tidemill.producer.source.rows.RowFile;
import dev.tidemill.producer.source.rows.RowStart;
import dev.tidemill.schemas.LabelContract;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A CSV file as a source: each row is a sample of named values. Opening it surveys the whole file;
 * reading streams it. Any thread.
 */
public final class CsvSource implements IndexedSource {
  private final CsvColumns columns;
  private final CsvSurvey survey;
  private final char delimiter;
  private final SourceOptions options;
  private final RowFile file;
  private final SourceDescription description;

  /**
   * Surveys and indexes a file.
   *
   * @throws UnusableSourceException for the first error in the file; the message names its line and
   *     column
   */
  public static CsvSource open(Path file, SourceOptions options) {
    DataFile data = DataFile.open(file);
    try {
      return open(data, options);
    } catch (RuntimeException e) {
      data.close();
      throw e;
    }
  }

  private static CsvSource open(DataFile data, SourceOptions options) {
    TableFormat format = options.table();
    Path file = data.name();
    try (ByteFeed feed = ByteFeed.of(data, RowStart.FIRST)) {
      char delimiter =
          format.delimiter() == null ? Delimiter.detect(feed, format) : format.delimiter();
      CsvRow row = new CsvRow(delimiter, format.encoding());
      List<String> header = format.columns();
      if (header.isEmpty()) {
        if (!row.read(feed)) {
          throw new UnusableSourceException(file + " is empty: it has no header");
        }
        header = row.cells();
      }
      CsvColumns columns = CsvColumns.of(file.toString(), header, options);
      row.name(columns.names());
      return new CsvSource(data, columns, CsvSurvey.of(feed, row, columns), delimiter, options);
    }
  }

  private CsvSource(
      DataFile data, CsvColumns columns, CsvSurvey survey, char delimiter, SourceOptions options) {
    this.columns = columns;
    this.survey = survey;
    this.delimiter = delimiter;
    this.options = options;
    this.file = new RowFile(data, survey.rows(), new Rows());
    this.description =
        SourceDescription.of(
            "csv:" + data.name(), OptionalLong.of(survey.rows().rows()), List.of());
  }

  @Override
  public SourceDescription description() {
    return description;
  }

  /** The key names the file, whose content may change. */
  @Override
  public boolean mayChange() {
    return true;
  }

  @Override
  public Sample at(long index) {
    return file.at(index);
  }

  @Override
  public SampleReader read(long index) {
    return file.read(index);
  }

  @Override
  public Contract derive(List<Sample> first) {
    ColumnSurvey label = survey.label();
    if (label == null) {
      throw columns.noLabel();
    }
    Contract derived;
    try {
      derived = TableContract.derive(survey.values(), label, options.derive());
    } catch (UndecidedException e) {
      String where = e.sample() < 0 ? "" : " line " + line(e.sample());
      throw new UnusableSourceException(columns.file() + where + ": " + e.getMessage(), e);
    } catch (UnusableValueException e) {
      throw new UnusableSourceException(columns.file() + ": " + e.getMessage(), e);
    }
    boolean refuses = options.derive().missing() == MissingPolicy.REFUSE;
    if (label.missing() > 0
        || options.derive().labels() != LabelMeaning.AUTO
        || (refuses && survey.values().stream().anyMatch(column -> column.missing() > 0))) {
      prepareAll(derived); // It fails, and names the line.
    }
    return derived;
  }

  private String line(long row) {
    return Long.toString(file.at(row).origin().line());
  }

  @Override
  public List<String> newClasses(Contract contract, List<Sample> first) {
    return TableContract.newClasses(
        contract,
        survey.label() != null
            ? survey.label()
            : contract.label().map(label -> survey.column(label.getName())).orElse(null));
  }

  @Override
  public List<String> check(Contract contract) {
    TableContract.requireAgreement(options.derive(), contract);
    requireOneLabel(contract);
    prepareAll(contract);
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
  }

  private void prepareAll(Contract contract) {
    new SampleConformer(contract).checkAll(file.read(0));
  }

  @Override
  public void close() {
    file.close();
  }

  private final class Rows implements RowFile.Format {
    @Override
    public boolean skip(ByteFeed feed) {
      return row().read(feed);
    }

    @Override
    public @Nullable Sample read(ByteFeed feed, long index) {
      CsvRow row = row();
      return row.read(feed) ? columns.sample(row, index) : null;
    }

    private CsvRow row() {
      return new CsvRow(delimiter, options.table().encoding());
    }
  }
}
