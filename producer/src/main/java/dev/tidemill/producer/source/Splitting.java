package dev.tidemill.producer.source;

import java.util.OptionalLong;

/** Cuts sources into training and test samples. */
record Splitting(ReadingOrder order, long train, long test) {
  /**
   * @param trainPart and testPart the same samples where a data set has only one part
   */
  TrainTest of(IndexedSource trainPart, IndexedSource testPart) {
    boolean apart = !trainPart.description().key().equals(testPart.description().key());
    return apart ? ofTwo(trainPart, testPart) : ofOne(trainPart);
  }

  private TrainTest ofTwo(IndexedSource trainPart, IndexedSource testPart) {
    requireSamples(trainPart, train == Long.MAX_VALUE ? 1 : train);
    requireSamples(testPart, test);
    return new TrainTest(inOrder(first(trainPart, 0, train)), first(testPart, 0, test));
  }

  private TrainTest ofOne(IndexedSource whole) {
    OptionalLong count = whole.description().count();
    long kept = train == Long.MAX_VALUE && count.isPresent() ? count.getAsLong() - test : train;
    requireSamples(whole, Math.addExact(Math.max(1, kept), test));
    IndexedSource mixed =
        order.shuffle()
            ? OrderedSource.of(whole, ReadingOrder.AS_IT_IS.shuffled(order.seed()))
            : whole;
    return new TrainTest(inOrder(first(mixed, 0, kept)), first(mixed, kept, test));
  }

  private void requireSamples(IndexedSource source, long wanted) {
    OptionalLong count = source.description().count();
    if (count.isPresent() && count.getAsLong() < wanted) {
      throw new UnusableSourceException(
          source.description().key()
              + " has "
              + count.getAsLong()
              + " samples, fewer than the "
              + wanted
              + " asked for");
    }
  }

  private static IndexedSource first(IndexedSource source, long skip, long count) {
    return OrderedSource.of(source, ReadingOrder.AS_IT_IS.withSkip(skip).withLimit(count));
  }

  private IndexedSource inOrder(IndexedSource trainPart) {
    boolean endless = trainPart.description().count().isEmpty();
    return OrderedSource.of(
        trainPart, endless ? ReadingOrder.AS_IT_IS : order.withSkip(0).withLimit(Long.MAX_VALUE));
  }
}
