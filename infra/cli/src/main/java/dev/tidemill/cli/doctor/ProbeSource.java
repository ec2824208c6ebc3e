package dev.tidemill.cli.doctor;

import dev.tidemill.producer.source.Sample;
import dev.tidemill.producer.source.SampleReader;
import dev.tidemill.producer.source.SampleSource;
import dev.tidemill.producer.source.SourceDescription;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** A source of one sample. */
record ProbeSource(Sample sample) implements SampleSource {
  @Override
  public SourceDescription description() {
    return SourceDescription.of("doctor", OptionalLong.of(1), sample.shape());
  }

  @Override
  public SampleReader read(long index) {
    return new Reader(sample, index > 0);
  }

  private static final class Reader implements SampleReader {
    private final Sample sample;
    private boolean ended;

    private Reader(Sample sample, boolean ended) {
      this.sample = sample;
      this.ended = ended;
    }

    @Override
    public @Nullable Sample next(long waitNanos) {
      if (ended) {
        return null;
      }
      ended = true;
      return sample;
    }

    @Override
    public boolean ended() {
      return ended;
    }
  }
}
