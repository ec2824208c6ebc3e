package dev.tidemill.producer.source.csv;

import dev.tidemill.contract.Contract;
import dev.tidemill.contract.UndecidedException;
import dev.tidemill.contract.UnusableValueException;
import dev.tidemill.producer.source.Sample;
import dev.tidemill.producer.source.SourceDescription;
import dev.tidemill.producer.source.SourceOptions;
import dev.tidemill.producer.source.UnusableSourceException;
import dev.tidemill.producer.source.rows.ByteFeed;
import dev.tidemill.producer.source.rows.StreamedSource;
import dev.tidemill.producer.source.table.TableColumns;
import dev.tidemill.producer.source.table.TableContract;
import dev.tidemill.producer.source.table.TableFormat;
import dev.tidemill.producer.source.table.TableSurvey;
import java.io.InputStream;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The rows of a CSV table from a stream. A row that is malformed is reported and skipped. */
public final class StreamedRows extends StreamedSource {
  private final SourceOptions options;

  /** Set by the reading thread before the first row. */
  private volatile @Nullable CsvSamples samples;

  /**
   * @param name name of the stream in messages
   * @param limit maximum number of samples to read
   */
  public StreamedRows(InputStream in, String name, long limit, SourceOptions options) {
    super(in, name, limit);
    this.options = options;
  }

  @Override
  public SourceDescription description() {
    return new SourceDescription("csv:" + name(), OptionalLong.empty(), false, List.of());
  }

  @Override
  public Contract derive(List<Sample> first) {
    CsvSamples known = samples;
    if (known == null) {
      throw new UnusableSourceException(name() + " has no rows");
    }
    TableSurvey survey = TableSurvey.of(known.columns());
    first.forEach(survey::add);
    if (survey.label() == null) {
      throw known.columns().noLabel();
    }
    try {
      return TableContract.derive(survey.values(), survey.label(), options.derive());
    } catch (UndecidedException | UnusableValueException e) {
      throw new UnusableSourceException(name() + ": " + e.getMessage(), e);
    }
  }

  @Override
  public List<String> check(Contract contract) {
    TableContract.requireAgreement(options.derive(), contract);
    CsvSamples known = samples;
    return known == null
        ? List.of()
        : TableContract.extraColumns(name(), known.columns().values(), contract);
  }

  @Override
  protected Rows rows() {
    return new CsvRows();
  }

  private final class CsvRows implements Rows {
    private @Nullable CsvRow row;
    private long index;

    @Override
    public @Nullable Row next(ByteFeed feed) {
      CsvRow reading = row == null ? begin(feed) : row;
      row = reading;
      CsvSamples known = samples;
      if (known == null || !reading.read(feed)) {
        return null;
      }
      try {
        Sample sample = known.sample(reading, index++);
        int size = reading.cells().stream().mapToInt(String::length).sum();
        return new Row(size, () -> sample);
      } catch (UnusableSourceException e) {
        return Row.malformed(e);
      }
    }

    private CsvRow begin(ByteFeed feed) {
      TableFormat format = options.table();
      char delimiter =
          format.delimiter() == null ? Delimiter.detect(feed, format) : format.delimiter();
      CsvRow begun = new CsvRow(delimiter, format.encoding());
      List<String> header = format.columns();
      if (header.isEmpty() && begun.read(feed)) {
        header = begun.cells();
      }
      if (!header.isEmpty()) {
        TableColumns columns = TableColumns.of(name(), header, options);
        begun.name(columns.names());
        samples = new CsvSamples(columns, format);
      }
      return begun;
    }
  }
}
