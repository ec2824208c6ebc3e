package dev.tidemill.chaos.network;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** One port of a {@link Link}: passes its connections on to one port. */
final class Proxy implements AutoCloseable {
  private static final int BACKLOG = 50;

  private final Link link;
  private final int targetPort;
  private final ServerSocket server;

  Proxy(Link link, int targetPort) throws IOException {
    this.link = link;
    this.targetPort = targetPort;
    this.server = new ServerSocket(0, BACKLOG, local());
    Thread accepting = new Thread(this::accept, link.name() + "-accept");
    accepting.setDaemon(true);
    accepting.start();
  }

  static InetAddress local() throws IOException {
    return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
  }

  int port() {
    return server.getLocalPort();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        take(server.accept());
      } catch (IOException e) {
        // Closed, or the client gave up while it connected.
      }
    }
  }

  private void take(Socket client) throws IOException {
    switch (link.state()) {
      case REFUSES -> Connection.reset(client);
      case SILENT -> Connection.silent(link, client);
      default -> connect(client);
    }
  }

  private void connect(Socket client) throws IOException {
    Socket broker;
    try {
      broker = new Socket(local(), targetPort);
    } catch (IOException brokerIsDown) {
      Connection.reset(client);
      return;
    }
    Connection.start(link, client, broker);
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot close port " + port(), e);
    }
  }
}
