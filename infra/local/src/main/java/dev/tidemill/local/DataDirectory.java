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
 * A broker's data directory, which one broker at a time holds.
 *
 * <p>{@code broker.lock} marks the directory as a broker's, and is locked while a broker runs; the
 * operating system releases the lock when the process dies. {@code log/} belongs to Kafka.
 */
final class DataDirectory implements AutoCloseable {
  private static final String LOCK = "broker.lock";

  /** The probe's size, about what one of Kafka's batches or indexes needs at once. */
  private static final int PROBE_BYTES = 1 << 20;

  private final Path directory;
  private final FileChannel lock;

  private DataDirectory(Path directory, FileChannel lock) {
    this.directory = directory;
    this.lock = lock;
  }

  static Path logDirectory(Path directory) {
    return directory.resolve("log").toAbsolutePath();
  }

  static DataDirectory hold(Path directory) {
    try {
      requireOwnOrEmpty(directory);
      Files.createDirectories(directory);
      return new DataDirectory(directory, lock(directory));
    } catch (IOException e) {
      throw unusable(directory, e);
    }
  }

  /**
   * Formats the directory unless it is formatted. Kafka writes meta.properties last, so without
   * that file a format never completed.
   */
  void formatIfNew(Properties kafka, String clusterId) {
    if (Files.exists(logDirectory(directory).resolve("meta.properties"))) {
      return;
    }
    Path settings = directory.resolve("format.properties");
    try (Writer out = Files.newBufferedWriter(settings)) {
      kafka.store(out, "The settings that formatted this directory");
    } catch (IOException e) {
      throw unusable(directory, e);
    }
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    String[] arguments = {"format", "-t", clusterId, "-c", settings.toString()};
    int status =
        StorageTool.execute(arguments, new PrintStream(output, true, StandardCharsets.UTF_8));
    if (status != 0) {
      throw new BrokerStartException(
          "data directory "
              + directory
              + " cannot be formatted: "
              + output.toString(StandardCharsets.UTF_8).strip());
    }
  }

  /** Returns why the directory is not writable; empty if it is. */
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

  private static void requireOwnOrEmpty(Path directory) throws IOException {
    if (!Files.exists(directory) || Files.exists(directory.resolve(LOCK))) {
      return;
    }
    if (!Files.isDirectory(directory)) {
      throw new BrokerStartException("data directory " + directory + " is not a directory");
    }
    try (Stream<Path> entries = Files.list(directory)) {
      entries
          .findFirst()
          .ifPresent(
              found -> {
                throw new BrokerStartException(
                    "data directory "
                        + directory
                        + " does not belong to a broker: it contains "
                        + found.getFileName()
                        + "; choose an empty or new directory");
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
          "data directory "
              + directory
              + " is in use by another running broker; stop that broker,"
              + " or choose another directory");
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
