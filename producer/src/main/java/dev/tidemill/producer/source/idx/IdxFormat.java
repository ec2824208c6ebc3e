package dev.tidemill.producer.source.idx;

import dev.tidemill.producer.source.Downloads;
import dev.tidemill.producer.source.IndexedSource;
import dev.tidemill.producer.source.SourceArgument;
import dev.tidemill.producer.source.SourceFormat;
import dev.tidemill.producer.source.SourceOption;
import dev.tidemill.producer.source.SourceOptions;
import java.util.List;
import java.util.Set;

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
  public Set<SourceOption> options() {
    return Set.of(SourceOption.PART);
  }

  @Override
  public void check(SourceArgument argument) {
    var unused = argument.path("DIR");
  }

  @Override
  public IndexedSource open(SourceArgument argument, SourceOptions options, Downloads downloads) {
    IdxDirectory directory = new IdxDirectory("idx", argument.path("DIR"));
    return options.readsTestPart() ? directory.test() : directory.train();
  }
}
