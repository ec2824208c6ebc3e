package dev.tidemill.producer.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.producer.source.download.DownloadCache;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SourceKeyTest {
  @TempDir private Path dir;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "csv|x,label\\n1,0\\n2,1\\n",
        "jsonl|{\"inputs\": [1], \"label\": 0}\\n",
        "text|abc abc"
      })
  void doesNotDependOnHowThePathIsWritten(String format, String content) throws IOException {
    Path file = Files.writeString(dir.resolve("data"), content.replace("\\n", "\n"));
    Path relative = Path.of("").toAbsolutePath().relativize(file);
    Path roundabout = Files.createDirectory(dir.resolve("other")).resolve("..").resolve("data");
    assertThat(key(format, relative))
        .isEqualTo(key(format, file))
        .isEqualTo(key(format, roundabout))
        .startsWith(format + ":" + file);
  }

  private String key(String format, Path file) {
    Sources sources = new Sources(InputStream.nullInputStream(), new DownloadCache(dir), Map.of());
    SourceOptions options = SourceOptions.FOR_TRAINING;
    if (format.equals("text")) {
      options = options.withWindow(new Window(4, 4));
    }
    try (SampleSource source =
        sources.open(SourceSpec.parse(format + ":" + file), options, ReadingOrder.AS_IS)) {
      return source.description().key();
    }
  }
}
