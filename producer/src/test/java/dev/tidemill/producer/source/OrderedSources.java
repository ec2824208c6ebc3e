package dev.tidemill.producer.source;

/** Makes {@link OrderedSource} accessible to tests in other packages. */
public final class OrderedSources {
  private OrderedSources() {}

  public static IndexedSource of(IndexedSource source, ReadingOrder order) {
    return OrderedSource.of(source, order);
  }
}
