package dev.tidemill.producer.source.download;

import dev.tidemill.producer.source.PublishedFile;
import dev.tidemill.producer.source.UnusableSourceException;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A directory of files that were fetched once. A file comes in under {@code NAME.part} and gets its
 * name when its SHA-256 is right, so that what has its name is whole. A broken transfer is gone on
 * with the next time. A lock keeps two processes from fetching at once.
 */
public final class DownloadCache {
  private static final Logger LOG = LoggerFactory.getLogger(DownloadCache.class);

  private final Path root;
  private final Transfer transfer;

  /**
   * @param root made when needed
   */
  public DownloadCache(Path root) {
    this(root, new Transfer());
  }

  DownloadCache(Path root, Transfer transfer) {
    this.root = root;
    this.transfer = transfer;
  }

  /** {@code $XDG_CACHE_HOME/tidemill}, or {@code ~/.cache/tidemill} where that is not set. */
  public static Path usualRoot(Map<String, String> environment, Path home) {
    String given = environment.getOrDefault("XDG_CACHE_HOME", "");
    return (given.isEmpty() ? home.resolve(".cache") : Path.of(given)).resolve("tidemill");
  }

  /**
   * Fetches what is not there yet.
   *
   * @param name of the directory that they go to
   * @param from the address that the files' names are put behind
   * @return the directory, with all files in it
   * @throws UnusableSourceException naming the address and what went wrong
   */
  public Path directory(String name, URI from, List<PublishedFile> files) {
    Path directory = root.resolve(name);
    if (files.stream().allMatch(file -> Files.exists(directory.resolve(file.name())))) {
      return directory;
    }
    try {
      Files.createDirectories(directory);
      try (FileChannel channel =
              FileChannel.open(
                  directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock lock = channel.lock()) {
        LOG.debug("holding {}", lock);
        for (PublishedFile file : files) {
          fetch(directory, from, file);
        }
      }
    } catch (IOException e) {
      throw new UnusableSourceException(
          "cannot write to the cache " + directory + ": " + e.getMessage(), e);
    }
    return directory;
  }

  private void fetch(Path directory, URI from, PublishedFile file) throws IOException {
    Path whole = directory.resolve(file.name());
    if (Files.exists(whole)) {
      return;
    }
    URI address = URI.create(from + (from.toString().endsWith("/") ? "" : "/") + file.name());
    Path part = directory.resolve(file.name() + ".part");
    LOG.info("fetching {} ({} bytes) to {}", address, file.bytes(), directory);
    transfer.complete(address, part, file.bytes());
    String found = Digests.sha256(part);
    if (!found.equals(file.sha256())) {
      Files.delete(part);
      throw new UnusableSourceException(
          address
              + " is not the file that was published: its SHA-256 is "
              + found
              + ", and should"
              + " be "
              + file.sha256());
    }
    Files.move(part, whole, StandardCopyOption.ATOMIC_MOVE);
  }
}
