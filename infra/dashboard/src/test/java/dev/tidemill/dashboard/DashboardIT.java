package dev.tidemill.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidemill.messaging.KafkaClients;
import dev.tidemill.messaging.KafkaSettings;
import dev.tidemill.messaging.RecordCodec;
import dev.tidemill.messaging.TopicAdmin;
import dev.tidemill.messaging.TopicPlan;
import dev.tidemill.runtime.Metrics;
import dev.tidemill.schemas.ControlCommand;
import dev.tidemill.schemas.ControlEvent;
import dev.tidemill.schemas.Label;
import dev.tidemill.schemas.Topics;
import dev.tidemill.schemas.wire.SingleObjectFormat;
import dev.tidemill.testbed.Eventually;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.TopicReader;
import dev.tidemill.testbed.UniqueName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The dashboard on a real log: who may do what, and what is pending. */
class DashboardIT {
  private static final String TOKEN = "a token of 16 characters";
  private static final String PIN = "{\"action\":\"PIN\",\"version\":3}";

  private final String model = UniqueName.of("shown");
  private final Topics topics = Topics.of("it", model);
  private final KafkaClients clients =
      new KafkaClients(KafkaSettings.at(KafkaCluster.embedded().bootstrapServers()));
  private final Metrics metrics = new Metrics(model);
  private final RecordCodec codec = new RecordCodec(new SingleObjectFormat());
  private Dashboard dashboard = start(Optional.of(TOKEN));

  @BeforeEach
  void createTopics() {
    try (TopicAdmin admin = new TopicAdmin(clients, "it")) {
      List<String> unused = admin.create(topics, TopicPlan.standard());
    }
    dashboard.start();
  }

  @AfterEach
  void stop() {
    dashboard.close();
    metrics.close();
  }

  private Dashboard start(Optional<String> token) {
    return new Dashboard(
        new DashboardSettings("127.0.0.1", 0, token),
        List.of(model),
        clients,
        codec,
        name -> topics,
        metrics,
        Clock.systemUTC());
  }

  @Test
  void writesACommandForWhoHasTheToken() {
    assertThat(post(PIN, "Authorization: Bearer " + TOKEN)).startsWith("HTTP/1.1 202");

    assertThat(commands())
        .singleElement()
        .satisfies(
            command -> {
              assertThat(command.getVersion()).isEqualTo(3);
              assertThat(command.getOperator()).isEqualTo("dashboard");
            });
  }

  @Test
  void refusesACommandWithoutTheTokenOrFromAnotherSite() {
    String bearer = "Authorization: Bearer " + TOKEN;
    assertThat(post(PIN)).startsWith("HTTP/1.1 401");
    assertThat(post(PIN, bearer + "x")).startsWith("HTTP/1.1 401");
    assertThat(post(PIN, bearer, "Origin: http://evil.example")).startsWith("HTTP/1.1 403");
    assertThat(post("{\"action\":\"EXPLODE\"}", bearer)).startsWith("HTTP/1.1 400");
    assertThat(post("{\"action\":\"PIN\"}", bearer)).startsWith("HTTP/1.1 400");
    assertThat(post("{\"action\":\"LEARNING_RATE\",\"factor\":-1}", bearer))
        .startsWith("HTTP/1.1 400");
    assertThat(commands()).isEmpty();
  }

  @Test
  void isReadOnlyWithoutAToken() {
    dashboard.close();
    dashboard = start(Optional.empty());
    assertThat(post(PIN, "Authorization: Bearer ")).startsWith("HTTP/1.1 403");
    assertThat(get("/api/models", "127.0.0.1")).contains("\"steers\":false");
  }

  /** Another site's name may resolve to the loopback address. */
  @Test
  void answersOnlyRequestsThatNameItsAddress() {
    assertThat(get("/api/models", "evil.example")).startsWith("HTTP/1.1 403");
    assertThat(get("/", "localhost:" + port()))
        .startsWith("HTTP/1.1 200")
        .contains("default-src 'none'", "frame-ancestors 'none'", "nosniff");
    assertThat(get("/../../../etc/passwd", "127.0.0.1")).doesNotStartWith("HTTP/1.1 200");
    assertThat(get("/api/models/none/view", "127.0.0.1")).startsWith("HTTP/1.1 404");
  }

  @Test
  void doesNotWorkForAnotherSite() {
    String api = "GET /api/models HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n";
    assertThat(exchange(api + "Sec-Fetch-Site: cross-site\r\n\r\n")).startsWith("HTTP/1.1 403");
    assertThat(exchange(api + "Sec-Fetch-Site: same-origin\r\n\r\n")).startsWith("HTTP/1.1 200");
  }

  @Test
  void saysWhatItCannotFind() {
    String path = "/api/models/" + model;
    assertThat(get(path + "/request?id=a%2Fb%3B%25", "127.0.0.1"))
        .startsWith("HTTP/1.1 404")
        .contains("tidemill inspect");
    assertThat(get(path + "/request", "127.0.0.1")).startsWith("HTTP/1.1 400");
    assertThat(get(path + "/weights/1/2", "127.0.0.1")).startsWith("HTTP/1.1 404");
    assertThat(get(path + "/weights/x/1", "127.0.0.1")).startsWith("HTTP/1.1 400");
    assertThat(get(path + "/features", "127.0.0.1")).startsWith("HTTP/1.1 200");
  }

  @Test
  void countsPendingRecordsWithoutTransactionMarkers() throws Exception {
    String transactions = "it-" + model;
    try (Producer<byte[], byte[]> producer =
        clients.transactionalProducer(transactions, transactions)) {
      producer.initTransactions();
      for (int i = 0; i < 5; i++) {
        producer.beginTransaction();
        var unused = producer.send(codec.record(topics.requests(), 0, null, label(i)));
        producer.commitTransaction();
      }
    }
    // Five records and five markers; the group has read the first three records.
    commit("tidemill-" + model + "-inference", topics.requests(), 5);
    JsonNode group = pending(2);
    assertThat(group.get("exact").asBoolean()).isTrue();

    commit("tidemill-" + model + "-inference", topics.requests(), 9);
    assertThat(pending(0).get("secondsToCatchUp").asDouble()).isZero();
    assertThat(metrics.scrape())
        .containsPattern("(?m)^tidemill_pending_records\\{.*topic=\"requests\".*} 0\\.0$")
        .containsPattern("(?m)^tidemill_catch_up_seconds\\{.*topic=\"requests\".*} 0\\.0$")
        .containsPattern("(?m)^tidemill_broker_disk_free_bytes\\{.*} [1-9]")
        .containsPattern("(?m)^tidemill_topic_bytes\\{.*topic=\"requests\".*} [0-9]");
  }

  @Test
  void namesThePortThatIsTaken() {
    DashboardSettings taken = new DashboardSettings("127.0.0.1", port(), Optional.empty());
    assertThatThrownBy(
            () ->
                new Dashboard(
                    taken,
                    List.of(model),
                    clients,
                    codec,
                    name -> topics,
                    metrics,
                    Clock.systemUTC()))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("127.0.0.1:" + port());
  }

  private JsonNode pending(long records) {
    return Eventually.await()
        .until(
            () -> {
              for (JsonNode topic : view().get("topics")) {
                if (topic.get("name").asText().equals("requests")) {
                  return topic.get("group");
                }
              }
              return new ObjectMapper().createObjectNode();
            },
            group ->
                group.path("exact").asBoolean() && group.path("pending").asLong(-1) == records);
  }

  private JsonNode view() throws IOException {
    String answer = get("/api/models/" + model + "/view", "127.0.0.1");
    return new ObjectMapper().readTree(answer.substring(answer.indexOf("\r\n\r\n")));
  }

  private void commit(String group, String topic, long offset) {
    try (Consumer<byte[], byte[]> consumer = clients.groupConsumer("it", group)) {
      consumer.commitSync(Map.of(new TopicPartition(topic, 0), new OffsetAndMetadata(offset)));
    }
  }

  private static Label label(int number) {
    return new Label(Integer.toString(number), 1, List.of(), Instant.EPOCH);
  }

  private List<ControlCommand> commands() {
    return TopicReader.committed(clients.bootstrapServers(), topics.control()).stream()
        .map(this::event)
        .map(event -> (ControlCommand) event.getEvent())
        .toList();
  }

  private ControlEvent event(ConsumerRecord<byte[], byte[]> record) {
    return codec.decode(record, ControlEvent.class);
  }

  private int port() {
    return URI.create(dashboard.address()).getPort();
  }

  private String post(String body, String... headers) {
    StringBuilder head =
        new StringBuilder("POST /api/models/" + model + "/commands HTTP/1.1\r\n")
            .append("Host: 127.0.0.1:" + port() + "\r\n")
            .append("Content-Type: application/json\r\nConnection: close\r\n")
            .append("Content-Length: " + body.length() + "\r\n");
    for (String header : headers) {
      head.append(header).append("\r\n");
    }
    return exchange(head + "\r\n" + body);
  }

  private String get(String path, String host) {
    return exchange("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
  }

  /** Java's HTTP client sets the headers Host and Origin itself. */
  private String exchange(String request) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
      socket.setSoTimeout((int) Duration.ofSeconds(30).toMillis());
      socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
