package dev.tidemill.chaos.network;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a worker to a broker, with a thread for each direction. What the worker sends
 * is read request by request, so that a request can be held.
 */
final class Connection {
  /** Kafka's API key of EndTxn, which commits or aborts a transaction. */
  private static final int END_TXN = 26;

  private static final int BUFFER_BYTES = 64 * 1024;

  /** Larger requests than any of the product. */
  private static final int MAX_REQUEST_BYTES = 64 << 20;

  /** Forces RST instead of FIN: close at once, and drop what was not sent. */
  private static final int RESET = 0;

  private final Link link;
  private final Socket client;
  private final @Nullable Socket broker;

  private Connection(Link link, Socket client, @Nullable Socket broker) {
    this.link = link;
    this.client = client;
    this.broker = broker;
  }

  /** Passes data in both directions until one side closes. */
  static void start(Link link, Socket client, Socket broker) throws IOException {
    client.setTcpNoDelay(true);
    broker.setTcpNoDelay(true);
    Connection connection = new Connection(link, client, broker);
    link.add(connection);
    thread(link.name() + "-to-broker", () -> connection.passRequests(broker));
    thread(link.name() + "-to-worker", () -> connection.passResponses(broker));
  }

  /** Keeps a connection open that leads nowhere. */
  static void silent(Link link, Socket client) {
    Connection connection = new Connection(link, client, null);
    link.add(connection);
    thread(link.name() + "-silent", connection::swallow);
  }

  private static void thread(String name, Runnable body) {
    Thread thread = new Thread(body, name);
    thread.setDaemon(true);
    thread.start();
  }

  private void passRequests(Socket to) {
    try (to) {
      DataInputStream in = new DataInputStream(client.getInputStream());
      OutputStream out = to.getOutputStream();
      while (true) {
        byte[] request = read(in);
        if (link.admit(request.length)) {
          if (isEndTxn(request)) {
            link.admitEnd();
          }
          out.write(request);
        }
      }
    } catch (EOFException workerClosed) {
      finish();
    } catch (IOException e) {
      brokenByBroker();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Reads one request, with its length in front. */
  private static byte[] read(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > MAX_REQUEST_BYTES) {
      throw new IOException("a request of " + length + " bytes");
    }
    byte[] request = new byte[Integer.BYTES + length];
    ByteBuffer.wrap(request).putInt(length);
    in.readFully(request, Integer.BYTES, length);
    return request;
  }

  private static boolean isEndTxn(byte[] request) {
    return request.length >= Integer.BYTES + Short.BYTES
        && ByteBuffer.wrap(request).getShort(Integer.BYTES) == END_TXN;
  }

  private void passResponses(Socket from) {
    byte[] buffer = new byte[BUFFER_BYTES];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = client.getOutputStream();
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        if (link.admit(read)) {
          out.write(buffer, 0, read);
        }
      }
      brokenByBroker();
    } catch (IOException e) {
      brokenByBroker();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void swallow() {
    byte[] buffer = new byte[BUFFER_BYTES];
    try {
      InputStream in = client.getInputStream();
      int read = 0;
      while (read >= 0) {
        read = in.read(buffer);
      }
      finish();
    } catch (IOException e) {
      finish();
    }
  }

  /** The broker's end is closed. The worker does not notice while the link is silent. */
  private void brokenByBroker() {
    if (link.state() == Link.State.SILENT) {
      swallow();
    } else {
      finish();
    }
  }

  private void finish() {
    link.remove(this);
    close(client);
    if (broker != null) {
      close(broker);
    }
  }

  void closeBrokersEnd() {
    if (broker != null) {
      close(broker);
    }
  }

  void reset() {
    link.remove(this);
    reset(client);
    if (broker != null) {
      reset(broker);
    }
  }

  static void reset(Socket socket) {
    try {
      socket.setSoLinger(true, RESET);
    } catch (IOException closed) {
      // Then there is nothing to reset.
    }
    close(socket);
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is gone either way.
    }
  }
}
