package dev.tidemill.producer.source.lines;

import dev.tidemill.contract.Contract;
import dev.tidemill.contract.DeriveOptions;
import dev.tidemill.producer.source.IndexedSource;
import dev.tidemill.producer.source.Sample;
import dev.tidemill.producer.source.SampleConformer;
import dev.tidemill.producer.source.SampleReader;
import dev.tidemill.producer.source.SourceDescription;
import dev.tidemill.producer.source.UnusableSourceException;
import dev.tidemill.producer.source.rows.ByteFeed;
import dev.tidemill.producer.source.rows.DataFile;
import dev.tidemill.producer.source.rows.RowFile;
import dev.tidemill.producer.source.rows.RowIndex;
import dev.tidemill.producer.source.rows.RowStart;
import dev.tidemill.producer.source.table.TableContract;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A file with one JSON sample per line. Opening it checks the whole file; reading streams it. Any
 * thread.
 */
public final class JsonLinesSource implements IndexedSource {
  private final Path path;
  private final JsonSurvey survey;
  private final DeriveOptions options;
  private final RowFile file;
  private final SourceDescription description;

  /**
   * Checks and indexes a file.
   *
   * @param options how the contract of a model without one is derived
   * @throws UnusableSourceException for the first error in the file; the message names its line
   */
  public static JsonLinesSource open(Path file, DeriveOptions options) {
    JsonSurvey survey = new JsonSurvey(file.toString());
    DataFile data = DataFile.open(file);
    try {
      return new JsonLinesSource(data, index(data, survey), survey, options);
    } catch (RuntimeException e) {
      data.close();
      throw e;
    }
  }

  private JsonLinesSource(DataFile data, RowIndex index, JsonSurvey survey, DeriveOptions options) {
    this.path = data.name();
    this.survey = survey;
    this.options = options;
    this.file = new RowFile(data, index, new Lines());
    this.description =
        SourceDescription.of(
            SourceDescription.keyOf("jsonl", data.name()),
            OptionalLong.of(index.rows()),
            List.of());
  }

  private static RowIndex index(DataFile file, JsonSurvey survey) {
    RowIndex index = new RowIndex();
    Lines lines = new Lines();
    try (ByteFeed feed = ByteFeed.of(file, RowStart.FIRST)) {
      JsonLine.skipBlank(feed);
      RowStart start = feed.here();
      Sample sample = lines.read(feed, 0);
      while (sample != null) {
        survey.add(sample);
        index.add(start);
        JsonLine.skipBlank(feed);
        start = feed.here();
        sample = lines.read(feed, index.rows());
      }
    }
    if (index.rows() == 0) {
      throw new UnusableSourceException(file.name() + " has no samples");
    }
    return index;
  }

  @Override
  public Contract derive(List<Sample> first) {
    Contract derived = survey.derive(options);
    prepareAll(derived); // Lines may differ in shape, or lack a value.
    return derived;
  }

  @Override
  public List<String> newClasses(Contract contract, List<Sample> first) {
    return TableContract.newClasses(contract, survey.labels());
  }

  @Override
  public List<String> check(Contract contract) {
    TableContract.requireAgreement(options, contract);
    prepareAll(contract);
    return contract.isTable()
        ? TableContract.extraColumns(path.toString(), survey.names(), contract)
        : List.of();
  }

  @Override
  public void close() {
    file.close();
  }

  private void prepareAll(Contract contract) {
    SampleConformer conformer = new SampleConformer(contract);
    Optional<List<Long>> examples = survey.examples();
    if (examples.isEmpty()) {
      conformer.checkAll(file.read(0));
    } else {
      examples.get().forEach(index -> conformer.check(file.at(index)));
    }
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

  private static final class Lines implements RowFile.Format {
    @Override
    public boolean skip(ByteFeed feed) {
      return new JsonLine().read(feed);
    }

    @Override
    public @Nullable Sample read(ByteFeed feed, long index) {
      JsonLine line = new JsonLine();
      return line.read(feed)
          ? JsonSample.parse(line.text(feed.name()), index, feed.name() + " line " + line.number())
          : null;
    }
  }
}
