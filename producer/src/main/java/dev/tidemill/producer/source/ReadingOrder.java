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

  /**
   * Names the samples that stand at each place. How far they are read is no part of it: a larger
   * limit goes on. Where the order depends on how many there are, their number is: a file that has
   * grown is then another source, while one that is read once from its beginning goes on.
   */
  String keyOf(String sourceKey, long perEpoch) {
    return sourceKey
        + (skip > 0 ? ",skip=" + skip : "")
        + (shuffle ? ",shuffle=" + seed : "")
        + (shuffle || epochs > 1 ? ",of=" + perEpoch : "");
  }
}
