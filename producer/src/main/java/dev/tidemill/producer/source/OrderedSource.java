package dev.tidemill.producer.source;

import dev.tidemill.contract.Contract;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Presents the samples of another source in a reading order, numbered from 0 over all epochs. */
final class OrderedSource implements IndexedSource {
  private final IndexedSource source;
  private final ReadingOrder order;
  private final SourceDescription description;

  /** Samples in one epoch. */
  private final long perEpoch;

  /**
   * @throws UnusableSourceException if the source does not support the order
   */
  static IndexedSource of(IndexedSource source, ReadingOrder order) {
    return order.equals(ReadingOrder.AS_IS) ? source : new OrderedSource(source, order);
  }

  private OrderedSource(IndexedSource source, ReadingOrder order) {
    this.source = source;
    this.order = order;
    SourceDescription base = source.description();
    OptionalLong all = base.count();
    if (all.isEmpty() && (order.shuffle() || order.epochs() > 1)) {
      throw new UnusableSourceException(
          base.key() + " is endless: it cannot be shuffled or read for several epochs");
    }
    if (all.isPresent() && order.skip() >= all.getAsLong()) {
      throw new UnusableSourceException(
          base.key()
              + " has "
              + all.getAsLong()
              + " samples; skipping "
              + order.skip()
              + " leaves none");
    }
    this.perEpoch = all.isPresent() ? all.getAsLong() - order.skip() : Long.MAX_VALUE;
    this.description = base.with(order.keyOf(base.key(), perEpoch), count());
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
  public Sample at(long index) {
    return source.at(order.skip() + indexInEpoch(index)).withIndex(index);
  }

  @Override
  public Contract derive(List<Sample> first) {
    return source.derive(first);
  }

  @Override
  public List<String> newClasses(Contract contract, List<Sample> first) {
    return source.newClasses(contract, first);
  }

  @Override
  public List<String> check(Contract contract) {
    return source.check(contract);
  }

  @Override
  public IndexedSource unlimited() {
    // The key of a shuffled source does not name the number of epochs, so earlier runs may have
    // read more of them.
    long epochs = order.shuffle() ? Long.MAX_VALUE / perEpoch : order.epochs();
    return of(source, order.withLimit(Long.MAX_VALUE).withEpochs(epochs));
  }

  @Override
  public boolean mayChange() {
    return source.mayChange();
  }

  private long indexInEpoch(long index) {
    long within = index % perEpoch;
    return order.shuffle()
        ? new Permutation(perEpoch, order.seed() + 31 * (index / perEpoch)).at(within)
        : within;
  }

  @Override
  public SampleReader read(long index) {
    return order.shuffle() ? IndexedSource.super.read(index) : new InFileOrder(index);
  }

  @Override
  public void close() {
    source.close();
  }

  /** Delegates to the source's reader, because sequential reading may be faster. */
  private final class InFileOrder implements SampleReader {
    private long next;
    private SampleReader epoch;

    InFileOrder(long index) {
      this.next = index;
      this.epoch = source.read(order.skip() + index % perEpoch);
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
      return sample == null ? null : sample.withIndex(next++);
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
