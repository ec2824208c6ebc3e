package dev.tidemill.producer.source.csv;

import dev.tidemill.producer.source.Downloads;
import dev.tidemill.producer.source.IndexedSource;
import dev.tidemill.producer.source.SampleSource;
import dev.tidemill.producer.source.SourceArgument;
import dev.tidemill.producer.source.SourceOption;
import dev.tidemill.producer.source.SourceOptions;
import dev.tidemill.producer.source.StreamedFormat;
import java.io.InputStream;
import java.util.List;
import java.util.Set;

/** {@code csv:FILE}. */
public final class CsvFormat implements StreamedFormat {
  @Override
  public String name() {
    return "csv";
  }

  @Override
  public List<String> forms() {
    return List.of("csv:FILE", "csv:-");
  }

  @Override
  public String summary() {
    return "a table as text; `-` is standard input";
  }

  @Override
  public Set<SourceOption> options() {
    return Set.of(
        SourceOption.CONTRACT,
        SourceOption.LABEL_COLUMN,
        SourceOption.COLUMNS,
        SourceOption.TEXT_TABLE);
  }

  @Override
  public void check(SourceArgument argument) {
    var unused = argument.path("FILE");
  }

  @Override
  public IndexedSource open(SourceArgument argument, SourceOptions options, Downloads downloads) {
    return CsvSource.open(argument.path("FILE"), options);
  }

  @Override
  public SampleSource stream(InputStream in, String name, long limit, SourceOptions options) {
    return new StreamedRows(in, name, limit, options);
  }
}
