package dev.tidemill.producer.source.parquet;

import dev.tidemill.producer.source.Downloads;
import dev.tidemill.producer.source.IndexedSource;
import dev.tidemill.producer.source.SourceArgument;
import dev.tidemill.producer.source.SourceFormat;
import dev.tidemill.producer.source.SourceOption;
import dev.tidemill.producer.source.SourceOptions;
import java.util.List;
import java.util.Set;

/** {@code parquet:FILE}. */
public final class ParquetFormat implements SourceFormat {
  @Override
  public String name() {
    return "parquet";
  }

  @Override
  public List<String> forms() {
    return List.of("parquet:FILE");
  }

  @Override
  public String summary() {
    return "a table in Parquet";
  }

  @Override
  public Set<SourceOption> options() {
    return Set.of(SourceOption.CONTRACT, SourceOption.LABEL_COLUMN, SourceOption.COLUMNS);
  }

  @Override
  public void check(SourceArgument argument) {
    var unused = argument.path("FILE");
  }

  @Override
  public IndexedSource open(SourceArgument argument, SourceOptions options, Downloads downloads) {
    return ParquetSource.open(argument.path("FILE"), options);
  }
}
