package dev.tidemill.producer.source;

import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** A source with random access to its samples, so that it can be shuffled and split. */
public interface IndexedSource extends SampleSource {
  /**
   * Returns one sample.
   *
   * @param index from 0, below the count of a finite source
   * @throws UnusableSourceException if the sample cannot be read
   */
  Sample at(long index);

  @Override
  default SampleReader read(long index) {
    OptionalLong count = description().count();
    return new SampleReader() {
      private long next = index;

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
