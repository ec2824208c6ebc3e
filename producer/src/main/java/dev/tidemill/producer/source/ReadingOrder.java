package dev.tidemill.producer.source;

/**
 * Which samples of a source are taken, and in which order.
 *
 * @param skip samples left out at the beginning
 * @param limit samples taken in all, over all epochs; {@link Long#MAX_VALUE} for all
 * @param epochs how often a finite source is read
 * @param shuffle a new order for each epoch, drawn from the seed
 */
public record ReadingOrder(long skip, long limit, long epochs, boolean shuffle, long seed) {
  public static final ReadingOrder AS_IT_IS = new ReadingOrder(0, Long.MAX_VALUE, 1, false, 0);

  public ReadingOrder {
    if (skip < 0 || limit < 0 || epochs < 1) {
      throw new IllegalArgumentException(
          "skip " + skip + ", limit " + limit + ", epochs " + epochs);
    }
  }

  public ReadingOrder withSkip(long samples) {
    return new ReadingOrder(samples, limit, epochs, shuffle, seed);
  }

  public ReadingOrder withLimit(long samples) {
    return new ReadingOrder(skip, samples, epochs, shuffle, seed);
  }

  public ReadingOrder withEpochs(long times) {
    return new ReadingOrder(skip, limit, times, shuffle, seed);
  }

  public ReadingOrder shuffled(long withSeed) {
    return new ReadingOrder(skip, limit, epochs, true, withSeed);
  }

  public ReadingOrder withSeed(long other) {
    return new ReadingOrder(skip, limit, epochs, shuffle, other);
  }

  /** What of this decides which sample stands at a place; the limit and the epochs do not. */
  String keyOf(String sourceKey) {
    return sourceKey + (skip > 0 ? ",skip=" + skip : "") + (shuffle ? ",shuffle=" + seed : "");
  }
}
