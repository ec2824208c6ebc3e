package dev.tidemill.producer.source;

import dev.tidemill.producer.source.download.DownloadCache;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Where formats get published files from.
 *
 * @param homes base URLs by format name, which replace those of the formats
 */
public record Downloads(DownloadCache cache, Map<String, URI> homes) {
  public Downloads {
    homes = Map.copyOf(homes);
  }

  /**
   * Downloads a format's files that are not in the cache yet.
   *
   * @param home the format's own base URL
   * @return the directory that contains them
   * @throws UnusableSourceException if a download fails
   */
  public Path directory(String format, URI home, List<PublishedFile> files) {
    return cache.directory(format, homes.getOrDefault(format, home), files);
  }
}
