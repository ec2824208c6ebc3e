package dev.tidemill.producer.source;

import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** A source in which any sample can be fetched by its place: one that can be shuffled and split. */
public interface IndexedSource extends SampleSource {
  /**
   * One sample.
   *
   * @param place from 0, below the count of a finite source
   * @throws UnusableSourceException if it cannot be read
   */
  Sample at(long place);

  @Override
  default SampleReader read(long place) {
    OptionalLong count = description().count();
    return new SampleReader() {
      private long next = place;

      @Override
      public @Nullable Sample next(long waitNanos) {
        return ended() ? null : at(next++);
      }

      @Override
      public boolean ended() {
        return count.isPresent() && next >= count.getAsLong();
      }
    };
  }
}
