package dev.tidemill.producer.source.text;

import dev.tidemill.producer.source.Downloads;
import dev.tidemill.producer.source.IndexedSource;
import dev.tidemill.producer.source.SourceArgument;
import dev.tidemill.producer.source.SourceFormat;
import dev.tidemill.producer.source.SourceOption;
import dev.tidemill.producer.source.SourceOptions;
import dev.tidemill.producer.source.Window;
import java.util.List;
import java.util.Set;

/** {@code sentences[:seed=N]}. */
public final class SentencesFormat implements SourceFormat {
  @Override
  public String name() {
    return "sentences";
  }

  @Override
  public List<String> forms() {
    return List.of("sentences[:seed=N]");
  }

  @Override
  public String summary() {
    return "sentences from a small grammar, endless";
  }

  @Override
  public Set<SourceOption> options() {
    return Set.of(SourceOption.PART, SourceOption.WINDOW);
  }

  @Override
  public void check(SourceArgument argument) {
    var unused = argument.numbers("seed");
  }

  @Override
  public IndexedSource open(SourceArgument argument, SourceOptions options, Downloads downloads) {
    return new SentencesSource(
        argument.numbers("seed").getOrDefault("seed", 1L),
        Window.orDefault(options.window()).length(),
        options.readsTestPart());
  }
}
