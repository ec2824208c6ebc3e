package dev.tidemill.producer.source.idx;

import dev.tidemill.producer.source.Fingerprint;
import dev.tidemill.producer.source.IndexedSource;
import dev.tidemill.producer.source.Sample;
import dev.tidemill.producer.source.SampleLabel;
import dev.tidemill.producer.source.SourceDescription;
import dev.tidemill.producer.source.UnusableSourceException;
import dev.tidemill.schemas.DType;
import java.nio.file.Path;
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
    String key = name + "#" + Fingerprint.of(labels.data(), images.part(0));
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
  public Sample at(long index) {
    SampleLabel label = new SampleLabel.ClassNumber(labels.part(index).get(0) & 0xFF);
    return new Sample(index, DType.UINT8, shape, images.part(index), label);
  }
}
