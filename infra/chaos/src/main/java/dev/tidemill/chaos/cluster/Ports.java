package dev.tidemill.chaos.cluster;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports of 127.0.0.1 below those that systems give to outgoing connections. Otherwise such a
 * connection may take the port of a broker while it is down.
 */
final class Ports {
  private static final int FIRST = 12_000;
  private static final int LAST = 31_000;
  private static final int ATTEMPTS = 10_000;

  private Ports() {}

  /** Returns distinct ports that are free now. */
  static List<Integer> free(int count) {
    List<ServerSocket> held = new ArrayList<>();
    List<Integer> ports = new ArrayList<>();
    try {
      for (int attempt = 0; ports.size() < count; attempt++) {
        if (attempt == ATTEMPTS) {
          throw new IllegalStateException(
              "fewer than " + count + " ports are free between " + FIRST + " and " + LAST);
        }
        tryPort(ThreadLocalRandom.current().nextInt(FIRST, LAST), held, ports);
      }
      return List.copyOf(ports);
    } finally {
      held.forEach(Ports::close);
    }
  }

  private static void tryPort(int port, List<ServerSocket> held, List<Integer> ports) {
    try {
      held.add(new ServerSocket(port, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1})));
      ports.add(port);
    } catch (IOException taken) {
      // Then another one.
    }
  }

  private static void close(ServerSocket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new IllegalStateException("cannot release port " + socket.getLocalPort(), e);
    }
  }
}
