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

/** {@code text:FILE}. */
public final class TextFormat implements SourceFormat {
  @Override
  public String name() {
    return "text";
  }

  @Override
  public List<String> forms() {
    return List.of("text:FILE");
  }

  @Override
  public String summary() {
    return "any file, byte for byte";
  }

  @Override
  public Set<SourceOption> options() {
    return Set.of(SourceOption.WINDOW, SourceOption.STRIDE);
  }

  @Override
  public void check(SourceArgument argument) {
    var unused = argument.path("FILE");
  }

  @Override
  public IndexedSource open(SourceArgument argument, SourceOptions options, Downloads downloads) {
    return TextSource.open(argument.path("FILE"), Window.orDefault(options.window()));
  }
}
