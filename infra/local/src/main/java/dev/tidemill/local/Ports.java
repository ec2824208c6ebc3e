package dev.tidemill.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** TCP ports of the loopback interface. */
final class Ports {
  private static final int ATTEMPTS = 5;

  private Ports() {}

  /** Returns {@code count} distinct free ports; another process may still take one. */
  static List<Integer> free(int count) {
    List<ServerSocket> held = new ArrayList<>();
    try {
      // Hold all before releasing any; otherwise the system would return the same port twice.
      List<Integer> ports = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        ServerSocket socket = bind(0);
        held.add(socket);
        ports.add(socket.getLocalPort());
      }
      for (ServerSocket socket : held) {
        socket.close();
      }
      return List.copyOf(ports);
    } catch (IOException e) {
      throw new UncheckedIOException("no free port on 127.0.0.1", e);
    }
  }

  static int freeExcept(int taken) {
    return free(2).stream().filter(port -> port != taken).findFirst().orElseThrow();
  }

  /** Returns the port if nothing listens there. */
  static int requireFree(int port) {
    try (ServerSocket socket = bind(port)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new BrokerStartException(
          "port " + port + " on 127.0.0.1 cannot be used: " + e.getMessage(), e);
    }
  }

  /** Retries a start while another process takes a port that was free a moment ago. */
  static <T> T retryLostPorts(Supplier<T> start) {
    for (int attempt = 1; ; attempt++) {
      try {
        return start.get();
      } catch (LostPortException e) {
        if (attempt == ATTEMPTS) {
          throw new BrokerStartException("no port stayed free in " + ATTEMPTS + " attempts", e);
        }
      }
    }
  }

  static boolean isLost(@Nullable Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof BindException) {
        return true;
      }
    }
    return false;
  }

  private static ServerSocket bind(int port) throws IOException {
    return new ServerSocket(port, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
  }

  /** Thrown when Kafka cannot bind a port that was free when it was chosen. */
  static final class LostPortException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    LostPortException(Throwable cause) {
      super(cause);
    }
  }
}
