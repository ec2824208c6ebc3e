package dev.tidemill.producer.source.idx;

import dev.tidemill.producer.source.Downloads;
import dev.tidemill.producer.source.IndexedSource;
import dev.tidemill.producer.source.PublishedFile;
import dev.tidemill.producer.source.SourceArgument;
import dev.tidemill.producer.source.SourceFormat;
import dev.tidemill.producer.source.SourceOption;
import dev.tidemill.producer.source.SourceOptions;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A well-known data set of IDX files. The digests are those of the files that the authors
 * published.
 */
abstract sealed class PublishedFormat implements SourceFormat
    permits MnistFormat, FashionMnistFormat {
  private final String name;
  private final String summary;
  private final URI home;
  private final List<PublishedFile> files;

  /**
   * @param home the base URL of the files
   */
  PublishedFormat(String name, String summary, URI home, List<PublishedFile> files) {
    this.name = name;
    this.summary = summary;
    this.home = home;
    this.files = List.copyOf(files);
  }

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final List<String> forms() {
    return List.of(name);
  }

  @Override
  public final String summary() {
    return summary;
  }

  @Override
  public final Optional<URI> home() {
    return Optional.of(home);
  }

  @Override
  public final Set<SourceOption> options() {
    return Set.of(SourceOption.PART);
  }

  @Override
  public final void check(SourceArgument argument) {
    argument.requireNone();
  }

  @Override
  public final IndexedSource open(
      SourceArgument argument, SourceOptions options, Downloads downloads) {
    IdxDirectory directory = new IdxDirectory(name, downloads.directory(name, home, files));
    return options.readsTestPart() ? directory.test() : directory.train();
  }
}
