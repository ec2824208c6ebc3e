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

  /** Number of bytes that the server sends of each answer before it closes the connection. */
  private volatile int hangUpAfter = Integer.MAX_VALUE;

  /** Offset in the file where the server always closes the connection. */
  private volatile int hangUpAt = Integer.MAX_VALUE;

  private volatile boolean supportsRanges = true;
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
  void downloadsOnlyOnce() throws IOException {
    Path directory = fetch();
    assertThat(Files.readAllBytes(directory.resolve("images.gz"))).isEqualTo(content);
    assertThat(directory.resolve("images.gz.part")).doesNotExist();
    server.stop(0);
    assertThat(fetch()).isEqualTo(directory);
    assertThat(asked).hasSize(1);
  }

  @Test
  void resumesInterruptedTransfer() throws IOException {
    hangUpAfter = 70_000;
    Path directory = fetch();
    assertThat(Files.readAllBytes(directory.resolve("images.gz"))).isEqualTo(content);
    assertThat(asked)
        .containsExactly("null", "bytes=70000-", "bytes=140000-", "bytes=210000-", "bytes=280000-");
  }

  @Test
  void keepsPartialFileForTheNextRun() throws IOException {
    hangUpAt = 50_000;
    assertThatThrownBy(this::fetch)
        .isInstanceOf(UnusableSourceException.class)
        .hasMessageContaining("stopped after 50000 of 300000 bytes; run again to resume it");
    assertThat(part()).hasSize(50_000);
    asked.clear();
    hangUpAt = Integer.MAX_VALUE;
    fetch();
    assertThat(asked).containsExactly("bytes=50000-");
  }

  @Test
  void givesUpWithoutProgress() {
    supportsRanges = false;
    hangUpAfter = 70_000;
    assertThatThrownBy(this::fetch)
        .isInstanceOf(UnusableSourceException.class)
        .hasMessageContaining(home() + "images.gz");
  }

  @Test
  void restartsIfServerIgnoresRanges() throws IOException {
    Files.createDirectories(dir.resolve("cache/set"));
    Files.write(part(), new byte[1000]);
    supportsRanges = false;
    assertThat(Files.readAllBytes(fetch().resolve("images.gz"))).isEqualTo(content);
  }

  @Test
  void rejectsFileWithWrongDigest() {
    content[7]++;
    assertThatThrownBy(this::fetch)
        .isInstanceOf(UnusableSourceException.class)
        .hasMessageContaining("is not the published file: its SHA-256 is")
        .hasMessageContaining(file.sha256());
    assertThat(dir.resolve("cache/set/images.gz")).doesNotExist();
    assertThat(part()).doesNotExist();
    content[7]--;
    assertThat(fetch().resolve("images.gz")).exists();
  }

  @Test
  void deletesOversizedFile() throws IOException {
    Files.createDirectories(dir.resolve("cache/set"));
    Files.write(part(), Arrays.copyOf(content, content.length + 1));
    assertThatThrownBy(this::fetch).hasMessageContaining("is not the published file");
    assertThat(fetch().resolve("images.gz")).exists();
  }

  @Test
  void namesTheStatusOfTheServer() {
    status = 404;
    assertThatThrownBy(this::fetch)
        .hasMessage("cannot download " + home() + "images.gz: the server answered with status 404");
  }

  @Test
  void reportsMissingNetwork() {
    server.stop(0);
    assertThatThrownBy(this::fetch)
        .isInstanceOf(UnusableSourceException.class)
        .hasMessageStartingWith("cannot download " + home() + "images.gz: no connection")
        .hasMessageContaining("check the network, or read the files with idx:DIR");
  }

  @Test
  void defaultRootIsTheUsersCache() {
    Path home = Path.of("/home/ada");
    assertThat(DownloadCache.defaultRoot(Map.of(), home))
        .isEqualTo(Path.of("/home/ada/.cache/tidemill"));
    assertThat(DownloadCache.defaultRoot(Map.of("XDG_CACHE_HOME", "/var/c"), home))
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
        range == null || !supportsRanges
            ? 0
            : Integer.parseInt(range.substring("bytes=".length(), range.length() - 1));
    int length = content.length - from;
    exchange.sendResponseHeaders(from > 0 ? 206 : 200, length);
    int sent = Math.min(Math.min(length, hangUpAfter), hangUpAt - from);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(content, from, sent);
      if (sent < length) {
        out.flush();
        // When a connection breaks, the client may lose bytes that it has not read yet.
        await().until(() -> Files.size(part()) >= from + sent);
        throw new IOException("hanging up");
      }
    }
  }
}
