package dev.tidemill.producer.source;

import dev.tidemill.contract.Contract;
import java.util.List;
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

  /**
   * Returns the samples of a finite source over and over, each time in another order. A file may
   * have stretches that are harder than others, so in its own order the stream would keep changing.
   */
  default IndexedSource repeatedlyShuffled(long seed) {
    long endless = Long.MAX_VALUE / description().count().orElseThrow();
    return OrderedSource.of(this, ReadingOrder.AS_IS.withEpochs(endless).shuffled(seed));
  }

  /** By default, the contract of tensors like the first one, with labels like it. */
  @Override
  default Contract derive(List<Sample> first) {
    return TensorContracts.of(description().key(), List.of(at(0)));
  }

  /** By default, checks the first sample, which says whether the tensors have the shape. */
  @Override
  default List<String> check(Contract contract) {
    try {
      new SampleConformer(contract).conform(at(0));
      return List.of();
    } catch (MalformedSampleException e) {
      throw new UnusableSourceException(description().key() + ": " + e.getMessage(), e);
    }
  }

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
