package dev.tidemill.runtime;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One client's connection: reads one request's head, answers it, and closes. */
final class HttpConnection {
  private static final Logger LOG = LoggerFactory.getLogger(HttpConnection.class);

  private static final int LONGEST_HEAD = 16 * 1024;
  private static final String END_OF_HEAD = "\r\n\r\n";

  private final Socket socket;
  private final Function<String, HttpAnswer> answers;
  private final long began;

  HttpConnection(Socket socket, Function<String, HttpAnswer> answers, long began) {
    this.socket = socket;
    this.answers = answers;
    this.began = began;
  }

  /** When it was accepted, by {@link System#nanoTime}. */
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
      // The client is gone, or was too slow and has been closed: there is nobody to answer.
      LOG.debug("no answer to {}: {}", socket.getRemoteSocketAddress(), e.toString());
    }
  }

  /** Ends whatever the connection waits for; any thread. */
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

  private HttpAnswer answer(String head) {
    String[] words = head.substring(0, head.indexOf("\r\n")).split(" ", -1);
    if (!head.endsWith(END_OF_HEAD) || words.length != 3 || !words[2].startsWith("HTTP/1.")) {
      return HttpAnswer.BAD_REQUEST;
    }
    if (!words[0].equals("GET") && !words[0].equals("HEAD")) {
      return HttpAnswer.METHOD_NOT_ALLOWED;
    }
    try {
      return answers.apply(words[1].split("\\?", 2)[0]);
    } catch (RuntimeException e) {
      LOG.error("no answer to {}: {}", words[1], e.toString());
      return HttpAnswer.ERROR;
    }
  }

  /** Up to the empty line; empty if the client ends before its first line does. */
  private static String head(InputStream in) throws IOException {
    byte[] read = new byte[LONGEST_HEAD];
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
