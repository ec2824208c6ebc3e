package dev.tidemill.local;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.Writer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;
import kafka.tools.StorageTool;
import org.jspecify.annotations.Nullable;

/**
 * A broker's directory, held by one broker at a time.
 *
 * <p>{@code broker.lock} marks it as ours and is locked while a broker runs (the system releases it
 * when the process dies); {@code log/} is Kafka's.
 */
final class DataDirectory implements AutoCloseable {
  private static final String LOCK = "broker.lock";

  /** As much as a batch or an index of Kafka's may want at once. */
  private static final int PROBE_BYTES = 1 << 20;

  private final Path directory;
  private final FileChannel lock;

  private DataDirectory(Path directory, FileChannel lock) {
    this.directory = directory;
    this.lock = lock;
  }

  static Path logOf(Path directory) {
    return directory.resolve("log").toAbsolutePath();
  }

  static DataDirectory hold(Path directory) {
    try {
      requireOurs(directory);
      Files.createDirectories(directory);
      return new DataDirectory(directory, lock(directory));
    } catch (IOException e) {
      throw unusable(directory, e);
    }
  }

  /** Kafka writes meta.properties last: without it, the directory is formatted (again). */
  void formatIfNew(Properties kafka, String clusterId) {
    if (Files.exists(logOf(directory).resolve("meta.properties"))) {
      return;
    }
    Path settings = directory.resolve("format.properties");
    try (Writer out = Files.newBufferedWriter(settings)) {
      kafka.store(out, "What this directory was formatted with");
    } catch (IOException e) {
      throw unusable(directory, e);
    }
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    String[] arguments = {"format", "-t", clusterId, "-c", settings.toString()};
    int status =
        StorageTool.execute(arguments, new PrintStream(said, true, StandardCharsets.UTF_8));
    if (status != 0) {
      throw new BrokerStartException(
          "data directory "
              + directory
              + " cannot be formatted: "
              + said.toString(StandardCharsets.UTF_8).strip());
    }
  }

  /** Why Kafka cannot write to it; empty if it can. */
  Optional<String> fault() {
    Path probe = directory.resolve("probe");
    try {
      Files.write(probe, new byte[PROBE_BYTES]);
      Files.delete(probe);
      return Optional.empty();
    } catch (IOException e) {
      try {
        Files.deleteIfExists(probe);
      } catch (IOException same) {
        e.addSuppressed(same);
      }
      return Optional.of(directory + " cannot be written to: " + reason(e));
    }
  }

  private static String reason(IOException e) {
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    }
    return e instanceof FileSystemException fault && fault.getReason() != null
        ? fault.getReason()
        : String.valueOf(e.getMessage());
  }

  private static BrokerStartException unusable(Path directory, IOException cause) {
    return new BrokerStartException(
        "data directory " + directory + " cannot be used: " + reason(cause), cause);
  }

  @Override
  public void close() {
    try {
      lock.close();
    } catch (IOException e) {
      throw new IllegalStateException("cannot release " + directory.resolve(LOCK), e);
    }
  }

  private static void requireOurs(Path directory) throws IOException {
    if (!Files.exists(directory) || Files.exists(directory.resolve(LOCK))) {
      return;
    }
    if (!Files.isDirectory(directory)) {
      throw new BrokerStartException("data directory " + directory + " is a file");
    }
    try (Stream<Path> entries = Files.list(directory)) {
      entries
          .findFirst()
          .ifPresent(
              found -> {
                throw new BrokerStartException(
                    "data directory "
                        + directory
                        + " is not a broker's: it holds "
                        + found.getFileName());
              });
    }
  }

  private static FileChannel lock(Path directory) throws IOException {
    FileChannel channel =
        FileChannel.open(
            directory.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (tryLock(channel) == null) {
      channel.close();
      throw new BrokerStartException(
          "data directory " + directory + " is in use by another running broker");
    }
    return channel;
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException heldInThisProcess) {
      return null;
    }
  }
}
