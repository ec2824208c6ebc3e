package dev.tidemill.producer.source.lines;

import dev.tidemill.producer.source.Fingerprint;
import dev.tidemill.producer.source.IndexedSource;
import dev.tidemill.producer.source.Sample;
import dev.tidemill.producer.source.SampleReader;
import dev.tidemill.producer.source.SourceDescription;
import dev.tidemill.producer.source.UnusableSourceException;
import dev.tidemill.producer.source.rows.ByteFeed;
import dev.tidemill.producer.source.rows.RowFile;
import dev.tidemill.producer.source.rows.RowIndex;
import dev.tidemill.producer.source.rows.RowStart;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A file with one JSON sample per line. Opening it checks the whole file; reading streams it. Any
 * thread.
 */
public final class JsonLinesSource implements IndexedSource {
  private final RowFile file;
  private final SourceDescription description;

  /**
   * Checks and indexes a file.
   *
   * @throws UnusableSourceException for the first error in the file; the message names its line
   */
  public static JsonLinesSource open(Path file) {
    return new JsonLinesSource(file, survey(file));
  }

  private JsonLinesSource(Path path, RowIndex index) {
    this.file = new RowFile(path, index, new Lines());
    String key = "jsonl:" + path.getFileName() + "#" + Fingerprint.of(file.at(0).data());
    this.description = SourceDescription.of(key, OptionalLong.of(index.rows()), List.of());
  }

  private static RowIndex survey(Path file) {
    RowIndex index = new RowIndex();
    Lines lines = new Lines();
    try (ByteFeed feed = ByteFeed.of(file, RowStart.FIRST)) {
      JsonLine.skipBlank(feed);
      RowStart start = feed.here();
      while (lines.read(feed, index.rows()) != null) {
        index.add(start);
        JsonLine.skipBlank(feed);
        start = feed.here();
      }
    }
    if (index.rows() == 0) {
      throw new UnusableSourceException(file + " has no samples");
    }
    return index;
  }

  @Override
  public SourceDescription description() {
    return description;
  }

  @Override
  public Sample at(long index) {
    return file.at(index);
  }

  @Override
  public SampleReader read(long index) {
    return file.read(index);
  }

  private static final class Lines implements RowFile.Format {
    @Override
    public boolean skip(ByteFeed feed) {
      return new JsonLine().read(feed);
    }

    @Override
    public @Nullable Sample read(ByteFeed feed, long index) {
      JsonLine line = new JsonLine();
      return line.read(feed)
          ? JsonSample.parse(line.text(), index, feed.name() + " line " + line.number())
          : null;
    }
  }
}
