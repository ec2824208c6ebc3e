package dev.tidemill.chaos.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** With real sockets: a server in this JVM that records requests and repeats them as answers. */
class LinkTest {
  private static final short PRODUCE = 0;
  private static final short END_TXN = 26;

  private final Link link = new Link("test");
  private final BlockingQueue<Short> arrived = new LinkedBlockingQueue<>();
  private final BlockingQueue<Socket> accepted = new LinkedBlockingQueue<>();
  private ServerSocket server;
  private int port;

  @BeforeEach
  void start() throws IOException {
    server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    Thread accepting = new Thread(this::accept, "test-server");
    accepting.setDaemon(true);
    accepting.start();
    port = link.open(server.getLocalPort());
  }

  @AfterEach
  void stop() throws IOException {
    link.close();
    server.close();
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = server.accept();
        accepted.add(socket);
        Thread thread = new Thread(() -> answer(socket), "test-answers");
        thread.setDaemon(true);
        thread.start();
      }
    } catch (IOException closed) {
      // The test is over.
    }
  }

  private void answer(Socket socket) {
    try {
      DataInputStream in = new DataInputStream(socket.getInputStream());
      while (true) {
        byte[] request = new byte[in.readInt()];
        in.readFully(request);
        arrived.add(ByteBuffer.wrap(request).getShort());
        socket.getOutputStream().write(framed(request));
      }
    } catch (IOException closed) {
      // So is the connection.
    }
  }

  private static byte[] framed(byte[] request) {
    return ByteBuffer.allocate(Integer.BYTES + request.length)
        .putInt(request.length)
        .put(request)
        .array();
  }

  private static void send(Socket to, short apiKey) throws IOException {
    to.getOutputStream().write(framed(ByteBuffer.allocate(8).putShort(apiKey).array()));
  }

  private static short receive(Socket from) throws IOException {
    DataInputStream in = new DataInputStream(from.getInputStream());
    byte[] answer = new byte[in.readInt()];
    in.readFully(answer);
    return ByteBuffer.wrap(answer).getShort();
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port);
    socket.setSoTimeout(60_000);
    return socket;
  }

  @Test
  void passesRequestsAndAnswers() throws Exception {
    try (Socket client = connect()) {
      send(client, PRODUCE);
      assertThat(receive(client)).isEqualTo(PRODUCE);
      send(client, END_TXN);
      assertThat(receive(client)).isEqualTo(END_TXN);
      assertThat(link.isWell()).isTrue();
    }
  }

  @Test
  void closesBothEndsIfOneCloses() throws Exception {
    try (Socket client = connect()) {
      send(client, PRODUCE);
      assertThat(receive(client)).isEqualTo(PRODUCE);
    }
    Socket broker = accepted.take();
    Awaitility.await().until(() -> broker.getInputStream().read() < 0);
  }

  @Test
  void cutResetsConnectionsAndRefusesNewOnes() throws Exception {
    try (Socket client = connect()) {
      send(client, PRODUCE);
      assertThat(receive(client)).isEqualTo(PRODUCE);
      assertThat(link.cut()).isEqualTo(1);
      assertThatExceptionOfType(SocketException.class).isThrownBy(() -> receive(client));
    }
    try (Socket refused = connect()) {
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(
              () -> {
                send(refused, PRODUCE);
                receive(refused);
              });
    }
    boolean unused = link.restore();
    try (Socket client = connect()) {
      send(client, PRODUCE);
      assertThat(receive(client)).isEqualTo(PRODUCE);
    }
  }

  @Test
  void delayedDataArrivesAtOnceWhenTheFaultEnds() throws Exception {
    try (Socket client = connect()) {
      send(client, PRODUCE);
      assertThat(receive(client)).isEqualTo(PRODUCE);
      assertThat(link.delay(TimeUnit.HOURS.toMillis(1))).isEqualTo(1);
      send(client, PRODUCE);
      assertThat(arrived.take()).isEqualTo(PRODUCE);
      assertThat(arrived.poll(200, TimeUnit.MILLISECONDS)).isNull();
      boolean unused = link.restore();
      assertThat(receive(client)).isEqualTo(PRODUCE);
    }
  }

  @Test
  void slowedDataTakesItsTime() throws Exception {
    try (Socket client = connect()) {
      send(client, PRODUCE);
      assertThat(receive(client)).isEqualTo(PRODUCE);
      assertThat(arrived.take()).isEqualTo(PRODUCE);
      assertThat(link.slow(1)).isEqualTo(1);
      send(client, PRODUCE);
      // 12 bytes at 1 byte a second.
      assertThat(arrived.poll(200, TimeUnit.MILLISECONDS)).isNull();
      boolean unused = link.restore();
      assertThat(receive(client)).isEqualTo(PRODUCE);
    }
  }

  @Test
  void halfOpenConnectionsAreSilentUntilTheFaultEnds() throws Exception {
    try (Socket client = connect()) {
      send(client, PRODUCE);
      assertThat(receive(client)).isEqualTo(PRODUCE);
      Socket broker = accepted.take();
      assertThat(arrived.take()).isEqualTo(PRODUCE);
      assertThat(link.halfOpen()).isEqualTo(1);
      // The broker sees the end of the connection; the worker sees nothing.
      Awaitility.await().until(() -> isClosed(broker));
      send(client, PRODUCE);
      assertThat(arrived.poll(200, TimeUnit.MILLISECONDS)).isNull();
      try (Socket later = connect()) {
        send(later, PRODUCE);
        assertThat(arrived.poll(200, TimeUnit.MILLISECONDS)).isNull();
        boolean unused = link.restore();
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> receive(later));
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> receive(client));
      }
    }
  }

  private static boolean isClosed(Socket socket) {
    try {
      return socket.getInputStream().read() < 0;
    } catch (IOException e) {
      return true;
    }
  }

  /** So it may arrive after the client's next attempt, and after the next transaction began. */
  @Test
  void heldEndOfATransactionArrivesAfterItsClientHasGone() throws Exception {
    try (Socket client = connect()) {
      send(client, PRODUCE);
      assertThat(receive(client)).isEqualTo(PRODUCE);
      assertThat(link.holdNextEnd(8_000)).isEqualTo(1);
      send(client, END_TXN);
      Awaitility.await().until(() -> link.lastEndNanos() != Long.MIN_VALUE);
    }
    try (Socket retry = connect()) {
      send(retry, END_TXN);
      assertThat(receive(retry)).isEqualTo(END_TXN);
      send(retry, PRODUCE);
      assertThat(receive(retry)).isEqualTo(PRODUCE);
    }
    assertThat(arrived.take()).isEqualTo(PRODUCE);
    assertThat(arrived.take()).isEqualTo(END_TXN);
    assertThat(arrived.take()).isEqualTo(PRODUCE);
    assertThat(arrived.poll(1, TimeUnit.MINUTES)).isEqualTo(END_TXN);
    assertThat(link.restore()).isTrue();
  }

  @Test
  void reportsThatNothingWasHeld() throws Exception {
    try (Socket client = connect()) {
      assertThat(link.holdNextEnd(1)).isNotNegative();
      send(client, PRODUCE);
      assertThat(receive(client)).isEqualTo(PRODUCE);
      assertThat(link.restore()).isFalse();
    }
  }
}
