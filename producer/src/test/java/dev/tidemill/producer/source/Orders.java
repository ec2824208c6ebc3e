package dev.tidemill.producer.source;

/** Puts any source in a reading order, for tests outside the package. */
public final class Orders {
  private Orders() {}

  public static IndexedSource of(IndexedSource source, ReadingOrder order) {
    return OrderedSource.of(source, order);
  }
}
