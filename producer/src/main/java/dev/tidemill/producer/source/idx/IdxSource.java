package dev.tidemill.producer.source.idx;

import dev.tidemill.contract.Contract;
import dev.tidemill.contract.ContractDeriver;
import dev.tidemill.producer.source.Fingerprint;
import dev.tidemill.producer.source.IndexedSource;
import dev.tidemill.producer.source.Sample;
import dev.tidemill.producer.source.SampleLabel;
import dev.tidemill.producer.source.SourceDescription;
import dev.tidemill.producer.source.TensorContracts;
import dev.tidemill.producer.source.UnusableSourceException;
import dev.tidemill.schemas.DType;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * Images and labels from a pair of IDX files, loaded into memory. Grayscale images get a channel
 * dimension: [height, width] becomes [1, height, width]. Any thread.
 */
public final class IdxSource implements IndexedSource {
  private final IdxFile images;
  private final IdxFile labels;
  private final List<Long> shape;
  private final SourceDescription description;

  /**
   * @param name prefix of the key, e.g. `idx:train`
   * @throws UnusableSourceException if a file is damaged or the two do not match
   */
  static IdxSource open(String name, Path imageFile, Path labelFile) {
    IdxFile images = IdxFile.read(imageFile);
    IdxFile labels = IdxFile.read(labelFile);
    if (images.sizes().size() < 2) {
      throw new UnusableSourceException(
          imageFile + " has shape " + images.sizes() + "; images need at least 2 dimensions");
    }
    if (labels.sizes().size() != 1) {
      throw new UnusableSourceException(
          labelFile + " has shape " + labels.sizes() + "; labels need exactly 1 dimension");
    }
    if (images.count() != labels.count()) {
      throw new UnusableSourceException(
          imageFile
              + " has "
              + images.count()
              + " images but "
              + labelFile
              + " has "
              + labels.count()
              + " labels");
    }
    return new IdxSource(name, images, labels);
  }

  private IdxSource(String name, IdxFile images, IdxFile labels) {
    this.images = images;
    this.labels = labels;
    this.shape = sampleShape(images.sizes());
    String key = name + "#" + Fingerprint.of(labels.data(), images.data());
    this.description = SourceDescription.of(key, OptionalLong.of(images.count()), shape);
  }

  private static List<Long> sampleShape(List<Integer> sizes) {
    Stream<Long> channel = sizes.size() == 3 ? Stream.of(1L) : Stream.of();
    return Stream.concat(channel, sizes.stream().skip(1).map(Integer::longValue)).toList();
  }

  @Override
  public SourceDescription description() {
    return description;
  }

  @Override
  public Contract derive(List<Sample> first) {
    return TensorContracts.of(at(0), ContractDeriver.classes(TensorContracts.LABEL, classes()));
  }

  @Override
  public List<String> newClasses(Contract contract, List<Sample> first) {
    return contract.classes().isEmpty()
        ? List.of()
        : classes().stream().filter(name -> contract.classNumber(name).isEmpty()).toList();
  }

  /** The numbers among the labels, in order. */
  private List<String> classes() {
    BitSet seen = new BitSet();
    for (int i = 0; i < labels.count(); i++) {
      seen.set(labels.part(i).get(0) & 0xFF);
    }
    return seen.stream().mapToObj(Integer::toString).toList();
  }

  @Override
  public List<String> check(Contract contract) {
    List<String> unknown = newClasses(contract, List.of());
    if (!unknown.isEmpty()) {
      throw new UnusableSourceException(
          description.key()
              + ": class `"
              + unknown.get(0)
              + "` is new to "
              + contract
              + ", whose classes are "
              + String.join(", ", contract.classes()));
    }
    return IndexedSource.super.check(contract);
  }

  @Override
  public Sample at(long index) {
    SampleLabel label = new SampleLabel.ClassNumber(labels.part(index).get(0) & 0xFF);
    return new Sample(index, DType.UINT8, shape, images.part(index), label);
  }
}
