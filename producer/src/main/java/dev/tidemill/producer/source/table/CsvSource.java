package dev.tidemill.producer.source.table;

import dev.tidemill.producer.source.Fingerprint;
import dev.tidemill.producer.source.IndexedSource;
import dev.tidemill.producer.source.JsonText;
import dev.tidemill.producer.source.Sample;
import dev.tidemill.producer.source.SampleLabel;
import dev.tidemill.producer.source.SampleReader;
import dev.tidemill.producer.source.SourceDescription;
import dev.tidemill.producer.source.SourceOptions;
import dev.tidemill.producer.source.rows.ByteFeed;
import dev.tidemill.producer.source.rows.RowFile;
import dev.tidemill.schemas.DType;
import dev.tidemill.schemas.Standardization;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A table: each row a sample, each numeric column but the label's a FLOAT32 feature. The whole file
 * is checked when it is opened, then streamed. Any thread.
 */
public final class CsvSource implements IndexedSource {
  private final CsvSurvey survey;
  private final RowFile file;
  private final List<Long> shape;
  private final SourceDescription description;

  /**
   * Checks and indexes a file.
   *
   * @throws UnusableSourceException at the first fault in the file, naming its line and column
   */
  public static CsvSource open(Path file, SourceOptions options) {
    return new CsvSource(file, CsvSurvey.of(file, options));
  }

  private CsvSource(Path path, CsvSurvey survey) {
    this.survey = survey;
    this.file = new RowFile(path, survey.rows(), new Rows());
    this.shape = List.of((long) survey.columns().featureCount());
    List<String> names = survey.labels().names();
    this.description =
        new SourceDescription(
            "csv:" + path.getFileName() + "#" + fingerprint(file.at(0)),
            OptionalLong.of(survey.rows().rows()),
            true,
            shape,
            survey.standardization(),
            names.isEmpty()
                ? Map.of()
                : Map.of(SourceDescription.CLASS_NAMES, JsonText.array(names)));
  }

  /** Of the header and the first row: rows that are added later do not change the key. */
  private String fingerprint(Sample first) {
    String header = String.join(",", survey.columns().names()) + survey.columns().label();
    return Fingerprint.of(ByteBuffer.wrap(header.getBytes(StandardCharsets.UTF_8)), first.data());
  }

  @Override
  public SourceDescription description() {
    return description;
  }

  @Override
  public Sample at(long place) {
    return file.at(place);
  }

  @Override
  public SampleReader read(long place) {
    return file.read(place);
  }

  private final class Rows implements RowFile.Format {
    @Override
    public boolean skip(ByteFeed feed) {
      return new CsvRow().read(feed);
    }

    @Override
    public @Nullable Sample read(ByteFeed feed, long place) {
      CsvRow row = new CsvRow();
      return row.read(feed)
          ? new Sample(place, DType.FLOAT32, shape, features(row), truth(row))
          : null;
    }
  }

  private ByteBuffer features(CsvRow row) {
    double[] values = new double[survey.columns().featureCount()];
    survey.columns().features(row, values);
    ByteBuffer data =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    Standardization by = survey.standardization();
    for (int i = 0; i < values.length; i++) {
      double value =
          by == null ? values[i] : (values[i] - by.getMean().get(i)) / by.getDeviation().get(i);
      data.putFloat((float) value);
    }
    return data.flip().asReadOnlyBuffer();
  }

  private @Nullable SampleLabel truth(CsvRow row) {
    CsvColumns columns = survey.columns();
    if (columns.label() < 0) {
      return null;
    }
    String cell = columns.label(row);
    SampleLabel truth = survey.labels().of(cell);
    if (truth == null) {
      throw columns.bad(row.line(), columns.label(), cell, "not " + survey.labels().expected());
    }
    return truth;
  }
}
