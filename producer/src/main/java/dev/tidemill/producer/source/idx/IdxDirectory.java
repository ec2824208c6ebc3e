package dev.tidemill.producer.source.idx;

import dev.tidemill.producer.source.UnusableSourceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A directory with MNIST's files under their usual names: `train-…`, `t10k-…`, or one of both. */
public final class IdxDirectory {
  private final String name;
  private final Path directory;
  private final List<Path> files;

  /**
   * @param name what the sources' keys begin with, e.g. `idx` or `mnist`
   * @throws UnusableSourceException if it is no directory, or has none of the files
   */
  public IdxDirectory(String name, Path directory) {
    this.name = name;
    this.directory = directory;
    if (!Files.isDirectory(directory)) {
      throw new UnusableSourceException(
          directory + (Files.exists(directory) ? " is not a directory" : " does not exist"));
    }
    try (Stream<Path> found = Files.list(directory)) {
      this.files = found.sorted().toList();
    } catch (IOException e) {
      throw new UnusableSourceException("cannot list " + directory + ": " + e.getMessage(), e);
    }
    if (!has("train") && !has("t10k")) {
      throw new UnusableSourceException(
          directory
              + " has neither train-images-idx3-ubyte nor t10k-images-idx3-ubyte, plain or .gz");
    }
  }

  /** Whether training and test samples are apart. */
  public boolean hasBoth() {
    return has("train") && has("t10k");
  }

  /** The training samples; the test samples where there are no others. */
  public IdxSource train() {
    return open(has("train") ? "train" : "t10k");
  }

  /** The test samples; the training samples where there are no others. */
  public IdxSource test() {
    return open(has("t10k") ? "t10k" : "train");
  }

  private boolean has(String part) {
    return find(part, "images").isPresent();
  }

  private IdxSource open(String part) {
    Path images = find(part, "images").orElseThrow();
    Path labels =
        find(part, "labels")
            .orElseThrow(
                () ->
                    new UnusableSourceException(
                        directory
                            + " has "
                            + images.getFileName()
                            + " and no "
                            + part
                            + "-labels-idx1-ubyte, plain or .gz"));
    return IdxSource.open(name + ":" + part, images, labels);
  }

  private Optional<Path> find(String part, String what) {
    Pattern usual = Pattern.compile(part + "-" + what + "[-.]idx[0-9]-ubyte(\\.gz)?");
    return files.stream()
        .filter(file -> usual.matcher(file.getFileName().toString()).matches())
        .findFirst();
  }
}
