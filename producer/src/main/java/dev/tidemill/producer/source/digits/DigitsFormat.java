package dev.tidemill.producer.source.digits;

import dev.tidemill.producer.source.Downloads;
import dev.tidemill.producer.source.IndexedSource;
import dev.tidemill.producer.source.SourceArgument;
import dev.tidemill.producer.source.SourceFormat;
import dev.tidemill.producer.source.SourceOption;
import dev.tidemill.producer.source.SourceOptions;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code digits[:seed=N,drift-after=N]}. */
public final class DigitsFormat implements SourceFormat {
  @Override
  public String name() {
    return "digits";
  }

  @Override
  public List<String> forms() {
    return List.of("digits[:seed=N,drift-after=N]");
  }

  @Override
  public String summary() {
    return "drawn digits, endless; the style changes after `drift-after` samples";
  }

  @Override
  public Set<SourceOption> options() {
    return Set.of(SourceOption.PART);
  }

  @Override
  public void check(SourceArgument argument) {
    var unused = argument.numbers("seed", "drift-after");
  }

  @Override
  public IndexedSource open(SourceArgument argument, SourceOptions options, Downloads downloads) {
    Map<String, Long> given = argument.numbers("seed", "drift-after");
    return new DigitsSource(
        given.getOrDefault("seed", 1L),
        given.getOrDefault("drift-after", Long.MAX_VALUE),
        options.readsTestPart());
  }
}
