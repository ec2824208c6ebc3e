package dev.tidemill.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConnectionDiagnosisTest {
  private static final char[] PASSWORD = "changeit".toCharArray();

  @Test
  void reportsThatNothingListens() throws IOException {
    int port;
    try (ServerSocket socket = listening()) {
      port = socket.getLocalPort();
    }
    assertThat(diagnosis(port, "PLAINTEXT"))
        .isEqualTo(
            "nothing listens at 127.0.0.1:%d; start the broker, or check the port in bootstrap.servers"
                .formatted(port));
  }

  @Test
  void prefersAnAddressThatListens() throws IOException {
    try (ServerSocket server = listening()) {
      answering(server, socket -> {});
      KafkaSettings settings =
          settings("127.0.0.1:1,127.0.0.1:" + server.getLocalPort(), "PLAINTEXT");

      assertThat(ConnectionDiagnosis.of(settings))
          .startsWith("something listens at 127.0.0.1:" + server.getLocalPort());
    }
  }

  @Test
  void reportsAnUnknownProtocol() throws IOException {
    try (ServerSocket server = listening()) {
      answering(
          server,
          socket ->
              socket
                  .getOutputStream()
                  .write("220 mail.test\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII)));

      assertThat(diagnosis(server.getLocalPort(), "PLAINTEXT"))
          .endsWith("that does not speak Kafka; check the port in bootstrap.servers");
    }
  }

  @Test
  void reportsAnHttpServer() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.start();
    try {
      assertThat(diagnosis(server.getAddress().getPort(), "PLAINTEXT"))
          .startsWith("an HTTP server listens at 127.0.0.1:");
    } finally {
      server.stop(0);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "PLAINTEXT      | expects TLS; set kafka.security.protocol=SSL and",
        "SASL_PLAINTEXT | expects TLS; set kafka.security.protocol=SASL_SSL and",
        "SSL            | speaks TLS, as set, but the handshake fails",
      })
  void reportsATlsListener(String set, String sentence, @TempDir Path folder) throws Exception {
    try (ServerSocket server =
        tls(folder)
            .getServerSocketFactory()
            .createServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      answering(server, socket -> {});

      assertThat(diagnosis(server.getLocalPort(), set)).contains(sentence);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "PLAINTEXT      | expects SASL; set kafka.security.protocol=SASL_PLAINTEXT, kafka.sasl.mech",
        "SSL            | expects SASL without TLS; set kafka.security.protocol=SASL_PLAINTEXT",
        "SASL_PLAINTEXT | expects SASL, as set; check kafka.sasl.mechanism and kafka.sasl.jaas",
      })
  void reportsASaslListener(String set, String sentence) throws IOException {
    try (ServerSocket server = listening()) {
      answering(server, ConnectionDiagnosisTest::answerVersionsOnly);

      assertThat(diagnosis(server.getLocalPort(), set)).contains(sentence);
    }
  }

  @Test
  void rejectsAMalformedMetadataResponse() throws IOException {
    try (ServerSocket server = listening()) {
      answering(
          server,
          socket -> {
            answerVersionsOnly(socket);
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            out.writeInt(14);
            out.writeBytes("tide");
            out.writeInt(0);
            out.writeInt(Integer.MAX_VALUE);
            out.writeShort(0);
          });

      assertThat(diagnosis(server.getLocalPort(), "PLAINTEXT"))
          .endsWith("that does not speak Kafka; check the port in bootstrap.servers");
    }
  }

  @Test
  void diagnosesATlsListenerThatAPlaintextClientReaches(@TempDir Path folder) throws Exception {
    try (ServerSocket server =
        tls(folder)
            .getServerSocketFactory()
            .createServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      answering(server, socket -> {});
      KafkaClients clients =
          new KafkaClients(settings("127.0.0.1:" + server.getLocalPort(), "PLAINTEXT"));

      try (TopicAdmin admin = new TopicAdmin(clients, "test")) {
        assertThatThrownBy(() -> admin.reach(Duration.ofSeconds(1)))
            .isInstanceOf(UnreachableBrokerException.class)
            .hasMessageStartingWith("no Kafka broker answers at 127.0.0.1:")
            .hasMessageContaining("expects TLS; set kafka.security.protocol=SSL")
            .hasCauseInstanceOf(org.apache.kafka.common.errors.TimeoutException.class);
      }
    }
  }

  /** Answers API versions only, like a broker before a client has authenticated. */
  private static void answerVersionsOnly(Socket socket) throws IOException {
    DataInputStream in = new DataInputStream(socket.getInputStream());
    DataOutputStream out = new DataOutputStream(socket.getOutputStream());
    byte[] request = in.readNBytes(in.readInt());
    if (request[1] == 18) {
      out.writeInt(10);
      out.write(request, 4, 4);
      out.write(new byte[6]);
      in.readFully(new byte[in.readInt()]);
    }
  }

  private static String diagnosis(int port, String protocol) {
    return ConnectionDiagnosis.of(settings("127.0.0.1:" + port, protocol));
  }

  private static KafkaSettings settings(String addresses, String protocol) {
    return new KafkaSettings(
        addresses, Map.of("security.protocol", protocol), Map.of(), Map.of(), Map.of());
  }

  private static ServerSocket listening() throws IOException {
    return new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  }

  /** Handles one connection of a server. */
  private interface Answer {
    void to(Socket socket) throws IOException;
  }

  /** Answers each connection, reads a little and closes it, until the server is closed. */
  private static void answering(ServerSocket server, Answer answer) {
    Thread thread =
        new Thread(
            () -> {
              while (!server.isClosed()) {
                try (Socket socket = server.accept()) {
                  socket.setSoTimeout(1000);
                  answer.to(socket);
                  InputStream in = socket.getInputStream();
                  int unused = in.read(new byte[1024]);
                } catch (IOException e) {
                  // The client has disconnected, or the test is over.
                }
              }
            },
            "answering");
    thread.setDaemon(true);
    thread.start();
  }

  private static SSLContext tls(Path folder) throws Exception {
    Path store = folder.resolve("keys.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keystore",
                store.toString(),
                "-storetype",
                "PKCS12",
                "-storepass",
                new String(PASSWORD),
                "-alias",
                "test",
                "-keyalg",
                "EC",
                "-dname",
                "CN=test")
            .inheritIO()
            .start();
    assertThat(keytool.waitFor()).isZero();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD);
    }
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return context;
  }
}
