package dev.tidemill.producer.source;

import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Another source's samples in a reading order, numbered from 0 through all epochs. */
final class OrderedSource implements IndexedSource {
  private final IndexedSource source;
  private final ReadingOrder order;
  private final SourceDescription description;

  /** Samples in one epoch. */
  private final long perEpoch;

  /**
   * @throws UnusableSourceException if the source cannot be read in that order
   */
  static IndexedSource of(IndexedSource source, ReadingOrder order) {
    return order.equals(ReadingOrder.AS_IT_IS) ? source : new OrderedSource(source, order);
  }

  private OrderedSource(IndexedSource source, ReadingOrder order) {
    this.source = source;
    this.order = order;
    SourceDescription of = source.description();
    OptionalLong all = of.count();
    if (all.isEmpty() && (order.shuffle() || order.epochs() > 1)) {
      throw new UnusableSourceException(
          of.key() + " has no end: it can be neither shuffled nor read for several epochs");
    }
    if (all.isPresent() && order.skip() >= all.getAsLong()) {
      throw new UnusableSourceException(
          of.key() + " has " + all.getAsLong() + " samples, none behind the first " + order.skip());
    }
    this.perEpoch = all.isPresent() ? all.getAsLong() - order.skip() : Long.MAX_VALUE;
    this.description = of.as(order.keyOf(of.key(), perEpoch), count());
  }

  private OptionalLong count() {
    boolean endless = perEpoch == Long.MAX_VALUE;
    long all = endless ? perEpoch : Math.multiplyExact(perEpoch, order.epochs());
    long taken = Math.min(all, order.limit());
    return taken == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(taken);
  }

  @Override
  public SourceDescription description() {
    return description;
  }

  @Override
  public Sample at(long place) {
    return source.at(order.skip() + inEpoch(place)).withPlace(place);
  }

  private long inEpoch(long place) {
    long within = place % perEpoch;
    return order.shuffle()
        ? new Permutation(perEpoch, order.seed() + 31 * (place / perEpoch)).at(within)
        : within;
  }

  @Override
  public SampleReader read(long place) {
    return order.shuffle() ? IndexedSource.super.read(place) : new InFileOrder(place);
  }

  @Override
  public void close() {
    source.close();
  }

  /** Leaves the reading to the source itself, which may be faster in its own order. */
  private final class InFileOrder implements SampleReader {
    private long next;
    private SampleReader epoch;

    InFileOrder(long place) {
      this.next = place;
      this.epoch = source.read(order.skip() + place % perEpoch);
    }

    @Override
    public @Nullable Sample next(long waitNanos) throws InterruptedException {
      if (ended()) {
        return null;
      }
      if (epoch.ended()) {
        epoch.close();
        epoch = source.read(order.skip());
      }
      Sample sample = epoch.next(waitNanos);
      return sample == null ? null : sample.withPlace(next++);
    }

    @Override
    public boolean ended() {
      OptionalLong count = description.count();
      return count.isPresent() && next >= count.getAsLong();
    }

    @Override
    public void close() {
      epoch.close();
    }
  }
}
