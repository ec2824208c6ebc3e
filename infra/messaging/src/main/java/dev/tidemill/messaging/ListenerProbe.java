package dev.tidemill.messaging;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/**
 * Connects to an address and detects the protocol of its listener. Sends a request of each likely
 * protocol, and no credentials.
 */
final class ListenerProbe {
  /** The protocol found at an address, or why there is none. */
  enum Outcome {
    UNRESOLVED,
    REFUSED,
    UNREACHABLE,
    /** Kafka without TLS or authentication. */
    KAFKA,
    /** Kafka without TLS, with authentication. */
    KAFKA_WITH_SASL,
    TLS,
    HTTP,
    SOMETHING_ELSE
  }

  /**
   * The result of a probe.
   *
   * @param advertised the brokers' advertised addresses
   */
  record Finding(Outcome outcome, List<String> advertised) {
    private static Finding of(Outcome outcome) {
      return new Finding(outcome, List.of());
    }
  }

  private static final int MILLIS = 2000;
  private static final int API_VERSIONS = 18;
  private static final int METADATA = 3;
  private static final int METADATA_VERSION = 4;
  private static final int CORRELATION = 0x7469_6465;
  private static final int LONGEST_ANSWER = 1 << 20;
  private static final byte TLS_ALERT = 0x15;
  private static final byte TLS_HANDSHAKE = 0x16;
  private static final byte[] HTTP_REQUEST =
      "GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private final InetSocketAddress address;

  private ListenerProbe(InetSocketAddress address) {
    this.address = address;
  }

  /** Probes an address. Takes a few seconds if nothing answers. */
  static Finding probe(String host, int port) {
    InetSocketAddress address = new InetSocketAddress(host, port);
    return address.isUnresolved()
        ? Finding.of(Outcome.UNRESOLVED)
        : new ListenerProbe(address).look();
  }

  private Finding look() {
    try (Socket socket = connected()) {
      Finding kafka = askForKafka(socket);
      if (kafka.outcome() != Outcome.SOMETHING_ELSE) {
        return kafka;
      }
    } catch (SocketTimeoutException e) {
      return Finding.of(Outcome.UNREACHABLE);
    } catch (IOException e) {
      return Finding.of(Outcome.REFUSED);
    }
    if (isTls(firstAnswer(clientHello()))) {
      return Finding.of(Outcome.TLS);
    }
    return Finding.of(isHttp(firstAnswer(HTTP_REQUEST)) ? Outcome.HTTP : Outcome.SOMETHING_ELSE);
  }

  private Socket connected() throws IOException {
    Socket socket = new Socket();
    try {
      socket.connect(address, MILLIS);
      socket.setSoTimeout(MILLIS);
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  private static Finding askForKafka(Socket socket) {
    try {
      DataInputStream in = new DataInputStream(socket.getInputStream());
      send(socket, request(API_VERSIONS, 0, new byte[0]));
      byte[] head = in.readNBytes(Integer.BYTES);
      if (isTls(head)) {
        return Finding.of(Outcome.TLS);
      }
      if (isHttp(head)) {
        return Finding.of(Outcome.HTTP);
      }
      if (answer(in, head) == null) {
        return Finding.of(Outcome.SOMETHING_ELSE);
      }
      return askForBrokers(socket, in);
    } catch (IOException e) {
      return Finding.of(Outcome.SOMETHING_ELSE);
    }
  }

  /**
   * Asks for the brokers' addresses. Before they authenticate, clients may ask for API versions
   * only.
   */
  private static Finding askForBrokers(Socket socket, DataInputStream in) {
    try {
      // An empty list of topics, and no automatic creation.
      send(socket, request(METADATA, METADATA_VERSION, new byte[] {0, 0, 0, 0, 0}));
      byte[] head = in.readNBytes(Integer.BYTES);
      ByteBuffer answer = head.length < Integer.BYTES ? null : answer(in, head);
      return answer == null
          ? Finding.of(Outcome.KAFKA_WITH_SASL)
          : new Finding(Outcome.KAFKA, brokers(answer));
    } catch (BufferUnderflowException e) {
      return Finding.of(Outcome.SOMETHING_ELSE);
    } catch (IOException e) {
      return Finding.of(Outcome.KAFKA_WITH_SASL);
    }
  }

  private static void send(Socket socket, byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
  }

  private static byte[] request(int api, int version, byte[] body) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeInt(2 * Short.BYTES + Integer.BYTES + Short.BYTES + body.length);
    out.writeShort(api);
    out.writeShort(version);
    out.writeInt(CORRELATION);
    out.writeShort(-1);
    out.write(body);
    return bytes.toByteArray();
  }

  /** Reads the rest of a Kafka response after its length; null if it is not one. */
  private static @Nullable ByteBuffer answer(DataInputStream in, byte[] head) throws IOException {
    int length = head.length < Integer.BYTES ? 0 : ByteBuffer.wrap(head).getInt();
    if (length < Integer.BYTES || length > LONGEST_ANSWER) {
      return null;
    }
    ByteBuffer answer = ByteBuffer.wrap(in.readNBytes(length));
    return answer.remaining() == length && answer.getInt() == CORRELATION ? answer : null;
  }

  private static List<String> brokers(ByteBuffer answer) {
    List<String> brokers = new ArrayList<>();
    int throttled = answer.getInt();
    int count = throttled < 0 ? 0 : answer.getInt();
    for (int i = 0; i < count; i++) {
      answer.getInt();
      String host = text(answer);
      brokers.add(host + ":" + answer.getInt());
      text(answer);
    }
    return brokers;
  }

  private static String text(ByteBuffer answer) {
    byte[] text = new byte[Math.max(0, Math.min(answer.getShort(), answer.remaining()))];
    answer.get(text);
    return new String(text, StandardCharsets.UTF_8);
  }

  /** Sends a request on a new connection and returns the first bytes of the response. */
  private byte[] firstAnswer(byte[] request) {
    try (Socket socket = connected()) {
      send(socket, request);
      return socket.getInputStream().readNBytes(Integer.BYTES);
    } catch (IOException e) {
      return new byte[0];
    }
  }

  private static byte[] clientHello() {
    try {
      SSLEngine engine = SSLContext.getDefault().createSSLEngine();
      engine.setUseClientMode(true);
      ByteBuffer hello = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
      engine.beginHandshake();
      engine.wrap(ByteBuffer.allocate(0), hello);
      hello.flip();
      byte[] bytes = new byte[hello.remaining()];
      hello.get(bytes);
      return bytes;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("this Java runtime does not support TLS", e);
    }
  }

  private static boolean isTls(byte[] head) {
    return head.length > 1 && (head[0] == TLS_ALERT || head[0] == TLS_HANDSHAKE) && head[1] == 3;
  }

  private static boolean isHttp(byte[] head) {
    return new String(head, StandardCharsets.US_ASCII).startsWith("HTTP");
  }
}
