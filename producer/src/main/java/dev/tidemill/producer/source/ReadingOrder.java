package dev.tidemill.producer.source;

/**
 * Selects the samples of a source and their order.
 *
 * @param skip number of samples to skip at the beginning
 * @param limit maximum number of samples over all epochs; {@link Long#MAX_VALUE} for all
 * @param epochs how many times to read a finite source
 * @param shuffle whether to shuffle, in a new order for each epoch
 * @param seed seed of the shuffle
 */
public record ReadingOrder(long skip, long limit, long epochs, boolean shuffle, long seed) {
  public static final ReadingOrder AS_IS = new ReadingOrder(0, Long.MAX_VALUE, 1, false, 0);

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
   * Returns a key that determines the sample at each index.
   *
   * <p>The limit is not part of the key, so a run with a larger limit continues. The number of
   * samples is part of it only if the order depends on it (shuffled, or several epochs). In that
   * case a file that has grown is a new source; otherwise a run continues with the new samples.
   */
  String keyOf(String sourceKey, long perEpoch) {
    return sourceKey
        + (skip > 0 ? ",skip=" + skip : "")
        + (shuffle ? ",shuffle=" + seed : "")
        + (shuffle || epochs > 1 ? ",of=" + perEpoch : "");
  }
}
