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
 * A directory of downloaded files. A file is downloaded as {@code NAME.part} and renamed once its
 * SHA-256 matches, so a file with its final name is complete. The next run resumes an interrupted
 * download. A lock keeps two processes from downloading at the same time.
 */
public final class DownloadCache {
  private static final Logger LOG = LoggerFactory.getLogger(DownloadCache.class);

  private final Path root;
  private final Transfer transfer;

  /**
   * @param root the cache directory; created when needed
   */
  public DownloadCache(Path root) {
    this(root, new Transfer());
  }

  DownloadCache(Path root, Transfer transfer) {
    this.root = root;
    this.transfer = transfer;
  }

  /** Returns {@code $XDG_CACHE_HOME/tidemill}, or {@code ~/.cache/tidemill} if that is not set. */
  public static Path defaultRoot(Map<String, String> environment, Path home) {
    String given = environment.getOrDefault("XDG_CACHE_HOME", "");
    return (given.isEmpty() ? home.resolve(".cache") : Path.of(given)).resolve("tidemill");
  }

  /**
   * Downloads the files that are not in the cache yet.
   *
   * @param name name of the directory to store the files in
   * @param from base URL of the files
   * @return the directory, which contains all files
   * @throws UnusableSourceException if a download fails; the message names the URL and the reason
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
          "cannot write to the download cache " + directory + ": " + e.getMessage(), e);
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
    LOG.info("downloading {} ({} bytes) to {}", address, file.bytes(), directory);
    transfer.complete(address, part, file.bytes());
    String found = Digests.sha256(part);
    if (!found.equals(file.sha256())) {
      Files.delete(part);
      throw new UnusableSourceException(
          address
              + " is not the published file: its SHA-256 is "
              + found
              + " instead of "
              + file.sha256());
    }
    Files.move(part, whole, StandardCopyOption.ATOMIC_MOVE);
  }
}
