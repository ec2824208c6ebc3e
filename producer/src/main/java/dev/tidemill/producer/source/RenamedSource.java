package dev.tidemill.producer.source;

import dev.tidemill.contract.Contract;
import java.util.List;

/** A source under another key, which has a position of its own. */
public final class RenamedSource implements SampleSource {
  private final SampleSource source;
  private final String key;

  /**
   * @param source the source; this object closes it
   */
  public RenamedSource(SampleSource source, String key) {
    this.source = source;
    this.key = key;
  }

  @Override
  public SourceDescription description() {
    SourceDescription own = source.description();
    return own.with(key, own.count());
  }

  @Override
  public SampleReader read(long index) {
    return source.read(index);
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
  public SampleSource unlimited() {
    return new RenamedSource(source.unlimited(), key);
  }

  /** Any data may have this key. */
  @Override
  public boolean mayChange() {
    return true;
  }

  @Override
  public void close() {
    source.close();
  }
}
