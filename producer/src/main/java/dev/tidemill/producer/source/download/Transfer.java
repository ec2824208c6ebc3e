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

/** Brings one file over HTTP, going on where a former transfer broke off. */
final class Transfer {
  /** After so many attempts in a row that brought nothing, it is given up. */
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
   * Appends to a file until it is as long as it should be. A transfer that breaks off is tried
   * again from there, for as long as the attempts bring something.
   *
   * @throws UnusableSourceException if it cannot be brought; what came stays, for the next time
   */
  void complete(URI from, Path part, long bytes) throws IOException {
    IOException broken = null;
    // What counts is the longest that the file ever was: a server that knows no ranges begins again
    // with every attempt, and may break off for ever.
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
            ? "cannot fetch "
                + from
                + why
                + "; is there a network? The files can also be read with idx:DIR"
            : "%s broke off after %d of %d bytes, which are kept for the next time%s"
                .formatted(from, there, bytes, why);
    return new UnusableSourceException(what, broken);
  }

  private static String reason(IOException e) {
    // The JDK says nothing at all of a host that it cannot find or reach.
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
        throw new UnusableSourceException(from + " answers with status " + response.statusCode());
      }
      // A server that ignores the range sends the whole file again.
      boolean whole = response.statusCode() == OK;
      if (whole) {
        Files.deleteIfExists(part);
      }
      copy(body, part, whole ? bytes : bytes - have);
    }
  }

  /** Writes no more than that and one byte, so that a file that is too long is seen as such. */
  private static void copy(InputStream body, Path part, long most) throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    long left = most + 1;
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
      throw new UnusableSourceException("interrupted while fetching " + request.uri(), e);
    }
  }

  private static long length(Path part) throws IOException {
    return Files.exists(part) ? Files.size(part) : 0;
  }
}
