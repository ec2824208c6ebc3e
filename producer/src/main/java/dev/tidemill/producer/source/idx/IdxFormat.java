package dev.tidemill.producer.source.idx;

import dev.tidemill.producer.source.Downloads;
import dev.tidemill.producer.source.IndexedSource;
import dev.tidemill.producer.source.SourceArgument;
import dev.tidemill.producer.source.SourceFormat;
import dev.tidemill.producer.source.SourceOptions;
import dev.tidemill.producer.source.SourceOptions.Part;
import java.util.List;

/** {@code idx:DIR}. */
public final class IdxFormat implements SourceFormat {
  @Override
  public String name() {
    return "idx";
  }

  @Override
  public List<String> forms() {
    return List.of("idx:DIR");
  }

  @Override
  public String summary() {
    return "MNIST's files in a folder";
  }

  @Override
  public void check(SourceArgument argument) {
    var unused = argument.path("DIR");
  }

  @Override
  public IndexedSource open(SourceArgument argument, SourceOptions options, Downloads downloads) {
    IdxDirectory directory = new IdxDirectory("idx", argument.path("DIR"));
    return options.part() == Part.TEST ? directory.test() : directory.train();
  }
}
