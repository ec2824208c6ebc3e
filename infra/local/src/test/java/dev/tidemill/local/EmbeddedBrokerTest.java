package dev.tidemill.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedBrokerTest {
  private static final TopicPartition KEPT = new TopicPartition("kept", 0);

  @TempDir Path directory;

  @Test
  void keepsCommittedRecordsAcrossARestart() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory, 0)) {
      create(broker.bootstrapServers(), 1);
      commit(broker.bootstrapServers(), "before");
    }
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory, 0)) {
      commit(broker.bootstrapServers(), "after");
      assertThat(read(broker.bootstrapServers(), 2)).containsExactly("before", "after");
    }
  }

  @Test
  void listensOnTheRequestedPort() {
    int port = Ports.free(1).get(0);
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory, port)) {
      assertThat(broker.bootstrapServers()).isEqualTo("127.0.0.1:" + port);
    }
  }

  @Test
  void rejectsAPortInUse() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = taken.getLocalPort();
      assertThatThrownBy(() -> EmbeddedBroker.start(directory, port))
          .isInstanceOf(BrokerStartException.class)
          .hasMessageContaining("port " + port + " on 127.0.0.1 cannot be used");
    }
  }

  @Test
  void rejectsADirectoryOfAnotherRunningBroker() {
    try (EmbeddedBroker first = EmbeddedBroker.start(directory, 0)) {
      assertThatThrownBy(() -> EmbeddedBroker.start(first.dataDirectory(), 0))
          .isInstanceOf(BrokerStartException.class)
          .hasMessage(
              "data directory "
                  + directory
                  + " is in use by another running broker; stop that broker, or choose another"
                  + " directory");
    }
  }

  @Test
  void rejectsADirectoryWithOtherContents() throws Exception {
    Files.writeString(directory.resolve("thesis.tex"), "text");
    assertThatThrownBy(() -> EmbeddedBroker.start(directory, 0))
        .isInstanceOf(BrokerStartException.class)
        .hasMessage(
            "data directory "
                + directory
                + " does not belong to a broker: it contains thesis.tex; choose an empty or new"
                + " directory");
    assertThat(directory)
        .isDirectoryContaining("glob:**thesis.tex")
        .isDirectoryNotContaining("glob:**broker.lock");
  }

  @Test
  void rejectsAFileAsDirectory() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "text");
    assertThatThrownBy(() -> EmbeddedBroker.start(file, 0))
        .isInstanceOf(BrokerStartException.class)
        .hasMessage("data directory " + file + " is not a directory");
  }

  @Test
  void rejectsADamagedDirectoryWithoutEndingTheProcess() throws Exception {
    EmbeddedBroker.start(directory, 0).close();
    Files.writeString(
        DataDirectory.logDirectory(directory).resolve("meta.properties"), "version=77\n");
    assertThatThrownBy(() -> EmbeddedBroker.start(directory, 0))
        .isInstanceOf(BrokerStartException.class)
        .hasMessageContaining("the broker in " + directory + " did not start: ");
  }

  @Test
  void clusterContinuesWithoutOneBroker() throws Exception {
    try (EmbeddedCluster cluster = EmbeddedCluster.start(directory, 3)) {
      create(cluster.bootstrapServers(), 3);
      cluster.stop(3);
      commit(cluster.bootstrapServers(), "two left");
      cluster.restart(3);
      cluster.stop(2);
      commit(cluster.bootstrapServers(), "two again");
      assertThat(read(cluster.bootstrapServers(), 2)).containsExactly("two left", "two again");
    }
  }

  private static void create(String bootstrap, int replicas) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
      NewTopic topic = new NewTopic(KEPT.topic(), Optional.of(1), Optional.of((short) replicas));
      admin.createTopics(List.of(topic)).all().get();
    }
  }

  private static void commit(String bootstrap, String value) {
    Map<String, Object> settings =
        Map.of("bootstrap.servers", bootstrap, "transactional.id", "test", "acks", "all");
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      producer.initTransactions();
      producer.beginTransaction();
      Future<RecordMetadata> sent =
          producer.send(new ProducerRecord<>(KEPT.topic(), value.getBytes(UTF_8)));
      producer.commitTransaction();
      assertThat(sent).isDone();
    }
  }

  private static List<String> read(String bootstrap, int count) {
    Map<String, Object> settings =
        Map.of("bootstrap.servers", bootstrap, "isolation.level", "read_committed");
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(List.of(KEPT));
      consumer.seekToBeginning(List.of(KEPT));
      List<String> values = new ArrayList<>();
      for (int polls = 0; values.size() < count && polls < 100; polls++) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
          values.add(new String(record.value(), UTF_8));
        }
      }
      return values;
    }
  }
}
