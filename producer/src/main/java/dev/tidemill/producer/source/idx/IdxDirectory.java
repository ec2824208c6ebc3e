package dev.tidemill.producer.source.idx;

import dev.tidemill.producer.source.UnusableSourceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A directory with MNIST's files under their standard names: `train-…`, `t10k-…`, or both. */
public final class IdxDirectory {
  private final String name;
  private final Path directory;
  private final List<Path> files;

  /**
   * @param name prefix of the sources' keys, e.g. `idx` or `mnist`
   * @throws UnusableSourceException if it is not a directory, or contains none of the files
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
              + " has neither train-images-idx3-ubyte nor t10k-images-idx3-ubyte, plain, .gz or .zst");
    }
  }

  /** Whether the directory contains both training and test samples. */
  public boolean hasBoth() {
    return has("train") && has("t10k");
  }

  /** Opens the training samples, or the test samples if there are no training samples. */
  public IdxSource train() {
    return open(has("train") ? "train" : "t10k");
  }

  /** Opens the test samples, or the training samples if there are no test samples. */
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
                            + " but no "
                            + part
                            + "-labels-idx1-ubyte, plain, .gz or .zst"));
    return IdxSource.open(name + ":" + part, images, labels);
  }

  private Optional<Path> find(String part, String what) {
    Pattern pattern = Pattern.compile(part + "-" + what + "[-.]idx[0-9]-ubyte(\\.gz|\\.zst)?");
    return files.stream()
        .filter(file -> pattern.matcher(file.getFileName().toString()).matches())
        .findFirst();
  }
}
