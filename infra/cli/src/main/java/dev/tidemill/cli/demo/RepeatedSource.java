package dev.tidemill.cli.demo;

import dev.tidemill.producer.source.Sample;
import dev.tidemill.producer.source.SampleReader;
import dev.tidemill.producer.source.SampleSource;
import dev.tidemill.producer.source.SourceDescription;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Repeats a finite source endlessly. Closing it leaves the wrapped source open. */
final class RepeatedSource implements SampleSource {
  private final SampleSource source;
  private final long count;

  RepeatedSource(SampleSource source) {
    this.source = source;
    this.count = source.description().count().orElseThrow();
  }

  @Override
  public SourceDescription description() {
    SourceDescription one = source.description();
    return SourceDescription.of(one.key() + ",repeated", OptionalLong.empty(), one.shape());
  }

  @Override
  public SampleReader read(long place) {
    return new Reader(place);
  }

  private final class Reader implements SampleReader {
    private long place;
    private SampleReader reader;

    Reader(long place) {
      this.place = place;
      this.reader = source.read(place % count);
    }

    @Override
    public @Nullable Sample next(long waitNanos) throws InterruptedException {
      if (reader.ended()) {
        reader.close();
        reader = source.read(0);
      }
      Sample sample = reader.next(waitNanos);
      return sample == null ? null : sample.withIndex(place++);
    }

    @Override
    public boolean ended() {
      return false;
    }

    @Override
    public void close() {
      reader.close();
    }
  }
}
