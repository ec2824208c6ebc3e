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
 * A CSV file as a source: each row is a sample, and each column except the label is a FLOAT32
 * feature. Opening it checks the whole file; reading streams it. Any thread.
 */
public final class CsvSource implements IndexedSource {
  private final CsvSurvey survey;
  private final RowFile file;
  private final List<Long> shape;
  private final SourceDescription description;

  /**
   * Checks and indexes a file.
   *
   * @throws UnusableSourceException for the first error in the file; the message names its line and
   *     column
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

  /** Hashes the header and the first row, so that appended rows do not change the key. */
  private String fingerprint(Sample first) {
    String header = String.join(",", survey.columns().names()) + survey.columns().label();
    return Fingerprint.of(ByteBuffer.wrap(header.getBytes(StandardCharsets.UTF_8)), first.data());
  }

  @Override
  public SourceDescription description() {
    return description;
  }

  @Override
  public Sample at(long index) {
    return file.at(index);
  }

  @Override
  public SampleReader read(long index) {
    return file.read(index);
  }

  private final class Rows implements RowFile.Format {
    @Override
    public boolean skip(ByteFeed feed) {
      return new CsvRow().read(feed);
    }

    @Override
    public @Nullable Sample read(ByteFeed feed, long index) {
      CsvRow row = new CsvRow();
      return row.read(feed)
          ? new Sample(index, DType.FLOAT32, shape, features(row), label(row))
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

  private @Nullable SampleLabel label(CsvRow row) {
    CsvColumns columns = survey.columns();
    if (columns.label() < 0) {
      return null;
    }
    String cell = columns.label(row);
    SampleLabel label = survey.labels().of(cell);
    if (label == null) {
      throw columns.bad(row.line(), columns.label(), cell, "not " + survey.labels().expected());
    }
    return label;
  }
}
