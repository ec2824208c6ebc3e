package dev.tidemill.producer.source.parquet;

import dev.tidemill.producer.source.SampleReader;
import dev.tidemill.producer.source.SourceOptions;
import java.nio.file.Path;

/** Surveys and reads the Parquet file that it is given, and prints the number of its samples. */
public final class ParquetReading {
  private ParquetReading() {}

  public static void main(String[] arguments) throws InterruptedException {
    long samples = 0;
    try (ParquetSource source =
            ParquetSource.open(Path.of(arguments[0]), SourceOptions.FOR_TRAINING);
        SampleReader reader = source.read(0)) {
      while (!reader.ended() && reader.next(0) != null) {
        samples++;
      }
    }
    System.out.println(samples + " samples");
  }
}
