package dev.tidemill.runtime;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One client's connection: reads one request's head, responds and closes. */
final class HttpConnection {
  private static final Logger LOG = LoggerFactory.getLogger(HttpConnection.class);

  private static final int MAX_HEAD_BYTES = 16 * 1024;
  private static final String END_OF_HEAD = "\r\n\r\n";

  private final Socket socket;
  private final Function<String, TextResponse> answers;
  private final long began;

  HttpConnection(Socket socket, Function<String, TextResponse> answers, long began) {
    this.socket = socket;
    this.answers = answers;
    this.began = began;
  }

  /** Returns when the connection was accepted, as a {@link System#nanoTime}. */
  long began() {
    return began;
  }

  void serve() {
    try (socket) {
      String head = head(socket.getInputStream());
      if (!head.isEmpty()) {
        boolean withBody = !head.startsWith("HEAD ");
        socket.getOutputStream().write(answer(head).bytes(withBody));
      }
    } catch (IOException e) {
      // The client has disconnected, or was too slow and its connection was closed.
      LOG.debug("no answer to {}: {}", socket.getRemoteSocketAddress(), e.toString());
    }
  }

  /** Closes the connection, which ends any wait on it; any thread. */
  void close() {
    closeQuietly(socket);
  }

  static void closeQuietly(Closeable what) {
    try {
      what.close();
    } catch (IOException e) {
      LOG.debug("closing failed: {}", e.toString());
    }
  }

  private TextResponse answer(String head) {
    String[] words = head.substring(0, head.indexOf("\r\n")).split(" ", -1);
    if (!head.endsWith(END_OF_HEAD) || words.length != 3 || !words[2].startsWith("HTTP/1.")) {
      return TextResponse.BAD_REQUEST;
    }
    if (!words[0].equals("GET") && !words[0].equals("HEAD")) {
      return TextResponse.METHOD_NOT_ALLOWED;
    }
    try {
      return answers.apply(words[1].split("\\?", 2)[0]);
    } catch (RuntimeException e) {
      LOG.error("no answer to {}: {}", words[1], e.toString());
      return TextResponse.ERROR;
    }
  }

  /**
   * Reads up to the empty line; returns an empty string if the client closes within the first line.
   */
  private static String head(InputStream in) throws IOException {
    byte[] read = new byte[MAX_HEAD_BYTES];
    int length = 0;
    String head = "";
    while (!head.endsWith(END_OF_HEAD) && length < read.length) {
      int more = in.read(read, length, read.length - length);
      if (more < 0) {
        break;
      }
      length += more;
      head = new String(read, 0, length, StandardCharsets.ISO_8859_1);
      int end = head.indexOf(END_OF_HEAD);
      if (end >= 0) {
        head = head.substring(0, end + END_OF_HEAD.length());
      }
    }
    return head.contains("\r\n") ? head : "";
  }
}
