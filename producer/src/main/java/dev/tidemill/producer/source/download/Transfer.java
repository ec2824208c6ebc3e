package dev.tidemill.producer.source.download;

import dev.tidemill.producer.source.UnusableSourceException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Downloads a file over HTTP and resumes an interrupted download. */
final class Transfer {
  /** Consecutive attempts without progress before the download fails. */
  private static final int FRUITLESS_ATTEMPTS = 3;

  private static final int OK = 200;
  private static final int PARTIAL = 206;
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(30);
  private static final int BUFFER_BYTES = 1 << 16;

  private final HttpClient client =
      HttpClient.newBuilder()
          .connectTimeout(CONNECT_TIMEOUT)
          .followRedirects(HttpClient.Redirect.NORMAL)
          .build();

  /**
   * Appends to a file until it has its full length. An interrupted transfer is retried from where
   * it stopped, as long as the attempts make progress.
   *
   * @throws UnusableSourceException if the download fails; the bytes received stay for the next run
   */
  void complete(URI from, Path part, long bytes) throws IOException {
    IOException broken = null;
    // Progress is measured against the longest length so far. A server without range support starts
    // over with every attempt and could fail forever.
    long longest = length(part);
    for (int fruitless = 0; fruitless < FRUITLESS_ATTEMPTS && length(part) < bytes; fruitless++) {
      try {
        append(from, part, bytes);
      } catch (IOException e) {
        broken = e;
      }
      if (length(part) > longest) {
        longest = length(part);
        fruitless = -1;
      }
    }
    if (length(part) < bytes) {
      throw incomplete(from, length(part), bytes, broken);
    }
  }

  private static UnusableSourceException incomplete(
      URI from, long there, long bytes, @Nullable IOException broken) {
    String why = broken == null ? "" : ": " + reason(broken);
    String what =
        there == 0 && broken != null
            ? "cannot download "
                + from
                + why
                + "; check the network, or read the files with idx:DIR"
            : "the download of %s stopped after %d of %d bytes; run again to resume it%s"
                .formatted(from, there, bytes, why);
    return new UnusableSourceException(what, broken);
  }

  private static String reason(IOException e) {
    // The JDK's exception has no message if a host cannot be found or reached.
    boolean silent = e.getMessage() == null;
    return silent && e instanceof ConnectException ? "no connection" : String.valueOf(e);
  }

  private void append(URI from, Path part, long bytes) throws IOException {
    long have = length(part);
    HttpRequest.Builder request = HttpRequest.newBuilder(from).timeout(ANSWER_TIMEOUT);
    if (have > 0) {
      request.header("Range", "bytes=" + have + "-");
    }
    HttpResponse<InputStream> response = send(request.build());
    try (InputStream body = response.body()) {
      if (response.statusCode() != OK && response.statusCode() != PARTIAL) {
        throw new UnusableSourceException(
            "cannot download "
                + from
                + ": the server answered with status "
                + response.statusCode());
      }
      // A server that ignores the range sends the whole file again.
      boolean whole = response.statusCode() == OK;
      if (whole) {
        Files.deleteIfExists(part);
      }
      copy(body, part, whole ? bytes : bytes - have);
    }
  }

  /** Writes at most one byte more than the limit, so that an oversized file is detected. */
  private static void copy(InputStream body, Path part, long limit) throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    long left = limit + 1;
    try (OutputStream out =
        Files.newOutputStream(part, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      while (left > 0) {
        int read = body.read(buffer, 0, (int) Math.min(buffer.length, left));
        if (read < 0) {
          return;
        }
        out.write(buffer, 0, read);
        left -= read;
      }
    }
  }

  private HttpResponse<InputStream> send(HttpRequest request) throws IOException {
    try {
      return client.send(request, HttpResponse.BodyHandlers.ofInputStream());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnusableSourceException("interrupted while downloading " + request.uri(), e);
    }
  }

  private static long length(Path part) throws IOException {
    return Files.exists(part) ? Files.size(part) : 0;
  }
}
