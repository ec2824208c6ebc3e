package dev.tidemill.producer.source.lines;

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

/** {@code jsonl:FILE}. */
public final class JsonLinesFormat implements StreamedFormat {
  @Override
  public String name() {
    return "jsonl";
  }

  @Override
  public List<String> forms() {
    return List.of("jsonl:FILE", "jsonl:-");
  }

  @Override
  public String summary() {
    return "one JSON sample a line; `-` is standard input";
  }

  @Override
  public Set<SourceOption> options() {
    return Set.of(SourceOption.CONTRACT);
  }

  @Override
  public void check(SourceArgument argument) {
    var unused = argument.path("FILE");
  }

  @Override
  public IndexedSource open(SourceArgument argument, SourceOptions options, Downloads downloads) {
    return JsonLinesSource.open(argument.path("FILE"), options.derive());
  }

  @Override
  public SampleSource stream(InputStream in, String name, long limit, SourceOptions options) {
    return new StreamedLines(in, name, limit, options.derive());
  }
}
