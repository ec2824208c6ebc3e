package dev.tidemill.producer.source;

import java.util.OptionalLong;

/** Splits sources into training and test samples. */
record Splitting(ReadingOrder order, long train, long test) {
  /**
   * Splits a source.
   *
   * @param trainPart the training part, or the whole source if it has only one part
   * @param testPart the test part, or the whole source if it has only one part
   */
  TrainTest of(IndexedSource trainPart, IndexedSource testPart) {
    boolean separate = !trainPart.description().key().equals(testPart.description().key());
    if (separate) {
      return limit(trainPart, testPart);
    }
    testPart.close();
    return split(trainPart);
  }

  private TrainTest limit(IndexedSource trainPart, IndexedSource testPart) {
    requireSamples(trainPart, train == Long.MAX_VALUE ? 1 : train);
    requireSamples(testPart, test);
    return new TrainTest(inOrder(first(trainPart, 0, train)), first(testPart, 0, test));
  }

  private TrainTest split(IndexedSource whole) {
    OptionalLong count = whole.description().count();
    long kept = train == Long.MAX_VALUE && count.isPresent() ? count.getAsLong() - test : train;
    requireSamples(whole, Math.addExact(Math.max(1, kept), test));
    IndexedSource shuffled =
        order.shuffle()
            ? OrderedSource.of(whole, ReadingOrder.AS_IS.shuffled(order.seed()))
            : whole;
    return new TrainTest(inOrder(first(shuffled, 0, kept)), first(shuffled, kept, test));
  }

  private void requireSamples(IndexedSource source, long wanted) {
    OptionalLong count = source.description().count();
    if (count.isPresent() && count.getAsLong() < wanted) {
      throw new UnusableSourceException(
          source.description().key()
              + " has "
              + count.getAsLong()
              + " samples, but "
              + wanted
              + " are needed");
    }
  }

  private static IndexedSource first(IndexedSource source, long skip, long count) {
    return OrderedSource.of(source, ReadingOrder.AS_IS.withSkip(skip).withLimit(count));
  }

  private IndexedSource inOrder(IndexedSource trainPart) {
    boolean endless = trainPart.description().count().isEmpty();
    return OrderedSource.of(
        trainPart, endless ? ReadingOrder.AS_IS : order.withSkip(0).withLimit(Long.MAX_VALUE));
  }
}
