package dev.tidemill.messaging.deadletter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemill.messaging.DeadLetters;
import dev.tidemill.messaging.FencedException;
import dev.tidemill.messaging.KafkaClients;
import dev.tidemill.messaging.KafkaSettings;
import dev.tidemill.messaging.RecordCodec;
import dev.tidemill.messaging.TopicAdmin;
import dev.tidemill.messaging.TopicPlan;
import dev.tidemill.schemas.DeadLetter;
import dev.tidemill.schemas.Topics;
import dev.tidemill.schemas.wire.RegistryFormat;
import dev.tidemill.schemas.wire.RegistryUnavailableException;
import dev.tidemill.schemas.wire.SchemaRegistry;
import dev.tidemill.schemas.wire.SingleObjectFormat;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.TopicReader;
import dev.tidemill.testbed.UniqueName;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DeadLetterActionsIT {
  private static final int MAX_REPLAYS = 2;

  private final String model = UniqueName.of("letters");
  private final Topics topics = Topics.of("it", model);
  private final KafkaClients clients =
      new KafkaClients(KafkaSettings.at(KafkaCluster.embedded().bootstrapServers()));
  private final RecordCodec codec = new RecordCodec(new SingleObjectFormat());
  private final DeadLetters letters =
      new DeadLetters(codec, topics.deadLetters(), "worker", Clock.systemUTC());

  private final List<Long> done = new ArrayList<>();
  private final List<String> refused = new ArrayList<>();
  private final List<String> malformed = new ArrayList<>();
  private final DeadLetterActions.Listener listener =
      new DeadLetterActions.Listener() {
        @Override
        public void done(StoredLetter letter) {
          done.add(letter.offset());
        }

        @Override
        public void refused(StoredLetter letter, String reason) {
          refused.add(letter.offset() + " " + reason);
        }

        @Override
        public void malformed(String reason) {
          malformed.add(reason);
        }
      };

  @BeforeEach
  void createTopics() {
    try (TopicAdmin admin = new TopicAdmin(clients, "it")) {
      admin.create(topics, TopicPlan.standard());
    }
  }

  @Test
  void replaysEachRecordOnceWithItsHistory() throws Exception {
    refuse(topics.batches(), 7, "first");
    refuse(topics.requests(), 8, "second");
    replay(letter -> true);
    assertThat(done).hasSize(2);
    List<ConsumerRecord<byte[], byte[]>> batches = on(topics.batches());
    assertThat(batches).hasSize(1);
    assertThat(text(batches.get(0).value())).isEqualTo("first");
    assertThat(header(batches.get(0), StoredLetter.ORIGIN)).isEqualTo(topics.batches() + "/0/7");
    assertThat(header(batches.get(0), StoredLetter.REPLAYS)).isEqualTo("1");
    assertThat(on(topics.requests())).hasSize(1);

    replay(letter -> true);
    assertThat(done).as("only the first time").hasSize(2);
    assertThat(refused).hasSize(2).allMatch(reason -> reason.contains("was replayed by me at "));
    assertThat(on(topics.batches())).hasSize(1);
    assertThat(states()).containsExactly(false, false);
  }

  @Test
  void stopsAfterSomeRoundsAndKeepsTheOrigin() throws Exception {
    refuse(topics.batches(), 7, "bad");
    for (int round = 1; round <= MAX_REPLAYS; round++) {
      replay(StoredLetter::isOpen);
      List<ConsumerRecord<byte[], byte[]>> batches = on(topics.batches());
      assertThat(batches).hasSize(round);
      send(letters.of(batches.get(round - 1), "still bad"));
    }
    replay(StoredLetter::isOpen);
    assertThat(on(topics.batches())).hasSize(MAX_REPLAYS);
    assertThat(refused)
        .singleElement()
        .asString()
        .contains(
            "was replayed 2 times and refused each time, first as " + topics.batches() + "/0/7");
  }

  @Test
  void refusesWhatCannotBeReplayed() throws Exception {
    refuse("elsewhere", 1, "x");
    send(letters.bare(record(topics.batches(), 2, "x"), "too large"));
    DeadLetter row =
        DeadLetter.newBuilder()
            .setTopic("")
            .setPartition(-1)
            .setOffset(-1)
            .setReason("no value")
            .setWorker("producer")
            .setCreatedAt(Clock.systemUTC().instant())
            .build();
    send(codec.record(topics.deadLetters(), 0, null, row));
    send(new ProducerRecord<>(topics.deadLetters(), 0, null, new byte[] {1}));
    replay(letter -> true);
    assertThat(done).isEmpty();
    assertThat(refused).hasSize(3);
    assertThat(refused.get(0)).contains("comes from elsewhere");
    assertThat(refused.get(1)).contains("has no bytes");
    assertThat(refused.get(2)).contains("is a row of a source");
    assertThat(malformed).hasSize(1);
  }

  /** More letters than one transaction takes, while the registry does not answer at first. */
  @Test
  void registryOutageRepeatsNoRecord() throws Exception {
    OutageRegistry registry = new OutageRegistry();
    RecordCodec writing = new RecordCodec(new RegistryFormat(registry, Duration.ofSeconds(30)));
    DeadLetters patient =
        new DeadLetters(writing, topics.deadLetters(), "worker", Clock.systemUTC());
    try (Producer<byte[], byte[]> producer = clients.producer("it")) {
      for (int i = 0; i < 101; i++) {
        Future<RecordMetadata> unused =
            producer.send(patient.of(record(topics.batches(), i, "bad"), "it is bad"));
      }
    }
    RecordCodec hasty = new RecordCodec(new RegistryFormat(registry, Duration.ZERO));
    try (DeadLetterActions actions = DeadLetterActions.open(clients, hasty, topics, model, "me")) {
      actions.replay(letter -> true, MAX_REPLAYS, listener);
    }
    assertThat(registry.failures).isZero();
    assertThat(done).hasSize(101).doesNotHaveDuplicates();
    assertThat(on(topics.batches())).hasSize(101);
  }

  /** Fails at first for the topic `control`. */
  private static final class OutageRegistry implements SchemaRegistry {
    private final List<String> schemas = new CopyOnWriteArrayList<>();
    private volatile int failures = 3;

    @Override
    public synchronized CompletableFuture<Integer> register(String subject, String schema) {
      if (failures > 0 && subject.contains(".control")) {
        failures--;
        return CompletableFuture.failedFuture(new RegistryUnavailableException("down", null));
      }
      schemas.add(schema);
      return CompletableFuture.completedFuture(schemas.size() - 1);
    }

    @Override
    public CompletableFuture<String> schema(int id) {
      return CompletableFuture.completedFuture(schemas.get(id));
    }
  }

  @Test
  void discardedLetterStaysClosed() throws Exception {
    refuse(topics.batches(), 7, "bad");
    try (DeadLetterActions actions = open()) {
      actions.discard(letter -> true, listener);
    }
    replay(letter -> true);
    assertThat(done).hasSize(1);
    assertThat(refused).singleElement().asString().contains("was discarded by me at ");
    assertThat(on(topics.batches())).isEmpty();
  }

  @Test
  void operatorWhoWasOvertakenReplaysNothing() throws Exception {
    refuse(topics.batches(), 7, "bad");
    try (DeadLetterActions first = open();
        DeadLetterActions second = open()) {
      second.replay(letter -> true, MAX_REPLAYS, listener);
      refuse(topics.batches(), 8, "bad, too");
      assertThatThrownBy(() -> first.replay(StoredLetter::isOpen, MAX_REPLAYS, listener))
          .isInstanceOf(FencedException.class);
    }
    assertThat(on(topics.batches())).hasSize(1);
  }

  private DeadLetterActions open() {
    return DeadLetterActions.open(clients, codec, topics, model, "me");
  }

  private void replay(Predicate<StoredLetter> chosen) {
    try (DeadLetterActions actions = open()) {
      actions.replay(chosen, MAX_REPLAYS, listener);
    }
  }

  private List<Boolean> states() {
    List<Boolean> open = new ArrayList<>();
    new DeadLetterLog(clients, codec, topics, "it")
        .read(
            new DeadLetterLog.Reader() {
              @Override
              public void letter(StoredLetter letter) {
                open.add(letter.isOpen());
              }

              @Override
              public void malformed(String reason) {
                malformed.add(reason);
              }
            });
    return open;
  }

  private void refuse(String topic, long offset, String value) throws Exception {
    send(letters.of(record(topic, offset, value), "it is bad"));
  }

  private static ConsumerRecord<byte[], byte[]> record(String topic, long offset, String value) {
    return new ConsumerRecord<>(
        topic, 0, offset, new byte[] {1}, value.getBytes(StandardCharsets.UTF_8));
  }

  private void send(ProducerRecord<byte[], byte[]> record) throws Exception {
    try (Producer<byte[], byte[]> producer = clients.producer("it")) {
      RecordMetadata unused = producer.send(record).get();
    }
  }

  private List<ConsumerRecord<byte[], byte[]>> on(String topic) {
    return TopicReader.committed(clients.bootstrapServers(), topic);
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, String key) {
    Header header = Objects.requireNonNull(record.headers().lastHeader(key), key);
    return text(header.value());
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
