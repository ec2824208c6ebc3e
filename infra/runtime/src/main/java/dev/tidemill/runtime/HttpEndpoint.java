package dev.tidemill.runtime;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/**
 * Serves short HTTP requests without a body. No client can block it:
 *
 * <ul>
 *   <li>each connection has its own thread and a single request;
 *   <li>a connection closes after the timeout, whatever it waits for;
 *   <li>if there are too many connections, the oldest closes.
 * </ul>
 */
final class HttpEndpoint implements AutoCloseable {
  static final int MAX_CONNECTIONS = 16;
  static final Duration TIMEOUT = Duration.ofSeconds(5);

  private static final int POLL_MILLIS = 250;

  private final ServerSocket server;
  private final Function<String, TextResponse> answers;
  private final long timeoutNanos;
  private final Deque<HttpConnection> open = new ArrayDeque<>();

  private HttpEndpoint(
      ServerSocket server, Function<String, TextResponse> answers, Duration timeout) {
    this.server = server;
    this.answers = answers;
    this.timeoutNanos = timeout.toNanos();
  }

  /**
   * Starts listening.
   *
   * @param answers returns the response for a path; runs on the connections' threads
   * @param timeout how long a connection may take in total
   */
  static HttpEndpoint listen(
      InetSocketAddress address, Function<String, TextResponse> answers, Duration timeout)
      throws IOException {
    ServerSocket server = new ServerSocket();
    try {
      server.setSoTimeout(POLL_MILLIS);
      server.bind(address);
    } catch (IOException e) {
      server.close();
      throw e;
    }
    HttpEndpoint endpoint = new HttpEndpoint(server, answers, timeout);
    thread("metrics-endpoint", endpoint::accept).start();
    return endpoint;
  }

  int port() {
    return server.getLocalPort();
  }

  @Override
  public void close() {
    HttpConnection.closeQuietly(server);
    synchronized (open) {
      open.forEach(HttpConnection::close);
    }
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        serve(server.accept());
      } catch (SocketTimeoutException e) {
        closeOverdue();
      } catch (IOException e) {
        // The server was closed, a client has disconnected, or too many files are open: retry
        // later.
        closeOverdue();
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(POLL_MILLIS));
      }
    }
  }

  private void serve(Socket socket) {
    HttpConnection connection = new HttpConnection(socket, answers, System.nanoTime());
    closeOverdue();
    synchronized (open) {
      if (open.size() >= MAX_CONNECTIONS) {
        open.removeFirst().close();
      }
      open.addLast(connection);
    }
    thread(
            "metrics-request",
            () -> {
              connection.serve();
              synchronized (open) {
                open.remove(connection);
              }
            })
        .start();
  }

  private void closeOverdue() {
    synchronized (open) {
      while (!open.isEmpty() && System.nanoTime() - open.getFirst().began() > timeoutNanos) {
        open.removeFirst().close();
      }
    }
  }

  private static Thread thread(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    return thread;
  }
}
