package dev.tidemill.cli.demo;

import dev.tidemill.contract.Contract;
import dev.tidemill.producer.source.IndexedSource;
import dev.tidemill.producer.source.Sample;
import dev.tidemill.producer.source.SampleLabel;
import dev.tidemill.producer.source.SourceDescription;
import java.util.List;
import java.util.function.LongPredicate;

/**
 * A source some of whose labels mean something else: each class becomes the next one, and targets
 * change their sign. Closing it closes the wrapped source.
 */
public final class ChangedSource implements IndexedSource {
  private final IndexedSource source;
  private final LongPredicate isChanged;
  private final int classes;

  /**
   * @param isChanged tested with the index each time a sample is read
   * @param classes number of classes; ignored for targets
   */
  public ChangedSource(IndexedSource source, LongPredicate isChanged, int classes) {
    this.source = source;
    this.isChanged = isChanged;
    this.classes = classes;
  }

  @Override
  public SourceDescription description() {
    SourceDescription one = source.description();
    return new SourceDescription(
        one.key() + ",changed", one.count(), one.repeatable(), one.shape());
  }

  @Override
  public Contract derive(List<Sample> first) {
    return source.derive(first);
  }

  @Override
  public Sample at(long index) {
    Sample sample = source.at(index);
    return isChanged.test(index) ? changed(sample) : sample;
  }

  private Sample changed(Sample sample) {
    SampleLabel label = sample.label();
    return new Sample(
        sample.index(),
        sample.dtype(),
        sample.shape(),
        sample.data(),
        label == null ? null : changed(label),
        sample.values(),
        sample.origin());
  }

  private SampleLabel changed(SampleLabel label) {
    if (label instanceof SampleLabel.ClassNumber of) {
      return new SampleLabel.ClassNumber((of.number() + 1) % classes);
    } else if (label instanceof SampleLabel.Targets of) {
      return new SampleLabel.Targets(of.values().stream().map(value -> -value).toList());
    }
    throw new IllegalArgumentException("only classes by number, and targets, can change: " + label);
  }

  @Override
  public void close() {
    source.close();
  }
}
