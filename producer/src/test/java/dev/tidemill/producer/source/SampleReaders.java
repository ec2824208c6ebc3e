package dev.tidemill.producer.source;

import dev.tidemill.contract.Contract;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Reads sources to their end, for tests. */
public final class SampleReaders {
  private SampleReaders() {}

  public static List<Sample> all(SampleSource source) {
    return from(source, 0, Long.MAX_VALUE);
  }

  public static List<Sample> from(SampleSource source, long index, long most) {
    List<Sample> samples = new ArrayList<>();
    try (SampleReader reader = source.read(index)) {
      while (samples.size() < most && !reader.ended()) {
        Sample sample = reader.next(TimeUnit.SECONDS.toNanos(10));
        if (sample != null) {
          samples.add(sample);
        }
      }
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted", e);
    }
    return samples;
  }

  /** Reads all samples and prepares them with the contract that the source alone makes. */
  public static List<Sample> prepared(SampleSource source) {
    return prepared(source, source.derive(List.of()));
  }

  /** Checks a source against a contract, reads all samples and prepares them with it. */
  public static List<Sample> prepared(SampleSource source, Contract contract) {
    List<String> unused = source.check(contract);
    SampleConformer conformer = new SampleConformer(contract);
    return all(source).stream().map(conformer::conform).toList();
  }

  public static int classOf(Sample sample) {
    if (sample.label() instanceof SampleLabel.ClassNumber label) {
      return label.number();
    }
    if (sample.label() instanceof SampleLabel.Raw raw && raw.value() instanceof Long number) {
      return Math.toIntExact(number);
    }
    throw new AssertionError("no class: " + sample.label());
  }
}
