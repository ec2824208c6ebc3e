package dev.tidemill.producer.source.lines;

import dev.tidemill.contract.Contract;
import dev.tidemill.contract.DeriveOptions;
import dev.tidemill.producer.source.MalformedSampleException;
import dev.tidemill.producer.source.Sample;
import dev.tidemill.producer.source.SourceDescription;
import dev.tidemill.producer.source.rows.ByteFeed;
import dev.tidemill.producer.source.rows.StreamedSource;
import dev.tidemill.producer.source.table.TableContract;
import java.io.InputStream;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * JSON samples from a stream, one per line. Samples are numbered by line, so that a line that is
 * skipped changes no other number.
 */
public final class StreamedLines extends StreamedSource {
  private final DeriveOptions options;

  /**
   * @param name name of the stream in messages
   * @param limit maximum number of samples to read
   * @param options how the contract of a model without one is derived
   */
  public StreamedLines(InputStream in, String name, long limit, DeriveOptions options) {
    super(in, name, limit);
    this.options = options;
  }

  @Override
  public SourceDescription description() {
    return new SourceDescription("jsonl:" + name(), OptionalLong.empty(), false, List.of());
  }

  @Override
  public Contract derive(List<Sample> first) {
    JsonSurvey survey = new JsonSurvey(name());
    first.forEach(survey::add);
    return survey.derive(options);
  }

  @Override
  public List<String> check(Contract contract) {
    TableContract.requireAgreement(options, contract);
    return List.of();
  }

  @Override
  protected Rows rows() {
    return new Lines();
  }

  private final class Lines implements Rows {
    private final JsonLine line = new JsonLine();

    @Override
    public @Nullable Row next(ByteFeed feed) {
      if (!line.read(feed)) {
        return null;
      }
      long number = line.number();
      try {
        String text = line.text(name());
        String where = name() + " line " + number;
        return new Row(text.length(), () -> JsonSample.parse(text, number - 1, where));
      } catch (MalformedSampleException e) {
        return Row.malformed(e);
      }
    }
  }
}
