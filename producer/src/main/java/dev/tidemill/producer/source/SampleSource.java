package dev.tidemill.producer.source;

import dev.tidemill.contract.Contract;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A source of samples as the data has them, numbered from 0 and in the same order each time. The
 * exception is a stream (standard input), which can be read only once. What the samples mean is
 * said by a contract: {@link #derive} makes a model's first one, and a {@link SampleConformer}
 * prepares samples with any.
 */
public interface SampleSource extends AutoCloseable {
  SourceDescription description();

  /**
   * Opens a reader at a sample.
   *
   * @param index the first sample to read; the count of a finite source gives an empty reader
   * @throws UnusableSourceException if the source cannot be read from there
   */
  SampleReader read(long index);

  /**
   * Derives the contract that this data alone makes.
   *
   * @param first the first samples, which are all that a stream knows of its data; may be empty if
   *     the source is repeatable
   * @throws UnusableSourceException if the data does not make one, or could mean several things
   */
  default Contract derive(List<Sample> first) {
    return TensorContracts.of(description().key(), first);
  }

  /**
   * Finds the classes that the data has and the contract lacks, in alphabetical order.
   *
   * @param first as for {@link #derive}
   */
  default List<String> newClasses(Contract contract, List<Sample> first) {
    Set<String> found = new LinkedHashSet<>();
    SampleConformer conformer = new SampleConformer(contract);
    for (Sample sample : first) {
      try {
        conformer.conform(sample);
      } catch (NewClassException e) {
        found.add(e.className());
      } catch (MalformedSampleException e) {
        // It is refused when it is sent.
      }
    }
    return found.stream().sorted().toList();
  }

  /**
   * Checks as much of the data against a contract as is possible before anything is sent.
   *
   * @return what the user should know, e.g. columns that are ignored
   * @throws UnusableSourceException if the contract does not accept the data, or a setting
   *     contradicts it
   */
  default List<String> check(Contract contract) {
    return List.of();
  }

  /**
   * Whether other samples may have the same key, so that resuming has to compare those that were
   * sent. The key of any other source says what its samples are.
   */
  default boolean mayChange() {
    return false;
  }

  /** Returns this source with the samples after a limit, which shares its files. */
  default SampleSource unlimited() {
    return this;
  }

  /** Closes the source's files. */
  @Override
  default void close() {}
}
