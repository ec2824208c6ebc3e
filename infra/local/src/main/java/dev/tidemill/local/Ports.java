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

  /** {@code count} different ports that are free now; another process may still take one. */
  static List<Integer> free(int count) {
    List<ServerSocket> held = new ArrayList<>();
    try {
      // All are held before any is released, or the system would hand out the same one twice.
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

  static int freeBut(int taken) {
    return free(2).stream().filter(port -> port != taken).findFirst().orElseThrow();
  }

  /** The port itself, when nothing listens there. */
  static int requireFree(int port) {
    try (ServerSocket socket = bind(port)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new BrokerStartException(
          "port " + port + " on 127.0.0.1 cannot be used: " + e.getMessage(), e);
    }
  }

  /** Starts anew while a port that was free a moment ago is lost to another process. */
  static <T> T retryingLostOnes(Supplier<T> start) {
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

  /** Kafka could not bind a port that was free when it was chosen. */
  static final class LostPortException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    LostPortException(Throwable cause) {
      super(cause);
    }
  }
}
