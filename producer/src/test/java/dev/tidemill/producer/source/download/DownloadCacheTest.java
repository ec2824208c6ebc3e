package dev.tidemill.producer.source.download;

import static dev.tidemill.testbed.Eventually.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.tidemill.producer.source.PublishedFile;
import dev.tidemill.producer.source.UnusableSourceException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DownloadCacheTest {
  @TempDir Path dir;

  private final byte[] content = new byte[300_000];
  private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
  private HttpServer server;
  private PublishedFile file;

  /** How many bytes of an answer come before the server hangs up. */
  private volatile int hangUpAfter = Integer.MAX_VALUE;

  /** The byte of the file that no answer comes past. */
  private volatile int hangUpAt = Integer.MAX_VALUE;

  private volatile boolean knowsRanges = true;
  private volatile int status = 200;

  @BeforeEach
  void serve() throws IOException {
    new Random(1).nextBytes(content);
    Path original = Files.write(dir.resolve("original"), content);
    file = new PublishedFile("images.gz", content.length, Digests.sha256(original));
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void fetchesOnceAndThenNeedsNoNetwork() throws IOException {
    Path directory = fetch();
    assertThat(Files.readAllBytes(directory.resolve("images.gz"))).isEqualTo(content);
    assertThat(directory.resolve("images.gz.part")).doesNotExist();
    server.stop(0);
    assertThat(fetch()).isEqualTo(directory);
    assertThat(asked).hasSize(1);
  }

  @Test
  void goesOnWhereATransferBrokeOff() throws IOException {
    hangUpAfter = 70_000;
    Path directory = fetch();
    assertThat(Files.readAllBytes(directory.resolve("images.gz"))).isEqualTo(content);
    assertThat(asked)
        .containsExactly("null", "bytes=70000-", "bytes=140000-", "bytes=210000-", "bytes=280000-");
  }

  @Test
  void keepsWhatCameForTheNextTime() throws IOException {
    hangUpAt = 50_000;
    assertThatThrownBy(this::fetch)
        .isInstanceOf(UnusableSourceException.class)
        .hasMessageContaining("broke off after 50000 of 300000 bytes, which are kept for the next");
    assertThat(part()).hasSize(50_000);
    asked.clear();
    hangUpAt = Integer.MAX_VALUE;
    fetch();
    assertThat(asked).containsExactly("bytes=50000-");
  }

  @Test
  void doesNotBeginAgainForEver() {
    knowsRanges = false;
    hangUpAfter = 70_000;
    assertThatThrownBy(this::fetch)
        .isInstanceOf(UnusableSourceException.class)
        .hasMessageContaining(home() + "images.gz");
  }

  @Test
  void beginsAgainWhereTheServerKnowsNoRanges() throws IOException {
    Files.createDirectories(dir.resolve("cache/set"));
    Files.write(part(), new byte[1000]);
    knowsRanges = false;
    assertThat(Files.readAllBytes(fetch().resolve("images.gz"))).isEqualTo(content);
  }

  @Test
  void refusesAnotherFileThanThePublishedOne() {
    content[7]++;
    assertThatThrownBy(this::fetch)
        .isInstanceOf(UnusableSourceException.class)
        .hasMessageContaining("is not the file that was published: its SHA-256 is")
        .hasMessageContaining(file.sha256());
    assertThat(dir.resolve("cache/set/images.gz")).doesNotExist();
    assertThat(part()).doesNotExist();
    content[7]--;
    assertThat(fetch().resolve("images.gz")).exists();
  }

  @Test
  void doesNotKeepAFileThatIsTooLong() throws IOException {
    Files.createDirectories(dir.resolve("cache/set"));
    Files.write(part(), Arrays.copyOf(content, content.length + 1));
    assertThatThrownBy(this::fetch).hasMessageContaining("is not the file that was published");
    assertThat(fetch().resolve("images.gz")).exists();
  }

  @Test
  void saysWhatTheServerSaid() {
    status = 404;
    assertThatThrownBy(this::fetch).hasMessage(home() + "images.gz answers with status 404");
  }

  @Test
  void saysWhenThereIsNoNetwork() {
    server.stop(0);
    assertThatThrownBy(this::fetch)
        .isInstanceOf(UnusableSourceException.class)
        .hasMessageStartingWith("cannot fetch " + home() + "images.gz: no connection")
        .hasMessageContaining("is there a network? The files can also be read with idx:DIR");
  }

  @Test
  void theUsualPlaceIsTheUsersCache() {
    Path home = Path.of("/home/ada");
    assertThat(DownloadCache.usualRoot(Map.of(), home))
        .isEqualTo(Path.of("/home/ada/.cache/tidemill"));
    assertThat(DownloadCache.usualRoot(Map.of("XDG_CACHE_HOME", "/var/c"), home))
        .isEqualTo(Path.of("/var/c/tidemill"));
  }

  private Path fetch() {
    return new DownloadCache(dir.resolve("cache")).directory("set", home(), List.of(file));
  }

  private Path part() {
    return dir.resolve("cache/set/images.gz.part");
  }

  private URI home() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/sets/");
  }

  private void answer(HttpExchange exchange) throws IOException {
    String range = exchange.getRequestHeaders().getFirst("Range");
    asked.add(String.valueOf(range));
    if (status != 200) {
      exchange.sendResponseHeaders(status, -1);
      exchange.close();
      return;
    }
    int from =
        range == null || !knowsRanges
            ? 0
            : Integer.parseInt(range.substring("bytes=".length(), range.length() - 1));
    int length = content.length - from;
    exchange.sendResponseHeaders(from > 0 ? 206 : 200, length);
    int sent = Math.min(Math.min(length, hangUpAfter), hangUpAt - from);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(content, from, sent);
      if (sent < length) {
        out.flush();
        // The client may lose what has arrived but is not read yet when a connection breaks.
        await().until(() -> Files.size(part()) >= from + sent);
        throw new IOException("hanging up");
      }
    }
  }
}
