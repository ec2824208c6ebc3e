package dev.tidemill.messaging.deadletter;

import dev.tidemill.messaging.DeadLetters;
import dev.tidemill.messaging.KafkaClients;
import dev.tidemill.messaging.KafkaFailures;
import dev.tidemill.messaging.RecordCodec;
import dev.tidemill.messaging.Transactions;
import dev.tidemill.schemas.ControlEvent;
import dev.tidemill.schemas.DeadLetterAction;
import dev.tidemill.schemas.DeadLetterActionKind;
import dev.tidemill.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Replays and discards dead letters. One thread.
 *
 * <p><i>Invariant: a letter is replayed or discarded once.</i> The record and the action that notes
 * it are one transaction. All operators of a model share a transactional id, and each reads the
 * actions only after it has fenced the one before.
 */
public final class DeadLetterActions implements AutoCloseable {
  /** More are left for the next transaction, because all of one are in memory. */
  private static final int LETTERS_PER_TRANSACTION = 100;

  private static final long BYTES_PER_TRANSACTION = 16L << 20;

  /** While a transaction is open, workers see no later record of its topics. */
  private static final Duration TRANSACTION_TIMEOUT = Duration.ofSeconds(10);

  private final DeadLetterLog log;
  private final RecordCodec codec;
  private final Topics topics;
  private final String model;
  private final String operator;
  private final Clock clock;
  private final Transactions transactions;

  private DeadLetterActions(
      DeadLetterLog log,
      RecordCodec codec,
      Topics topics,
      String model,
      String operator,
      Clock clock,
      Transactions transactions) {
    this.log = log;
    this.codec = codec;
    this.topics = topics;
    this.model = model;
    this.operator = operator;
    this.clock = clock;
    this.transactions = transactions;
  }

  /**
   * Opens the model's dead letters for actions, and fences another operator who has them open.
   *
   * @param operator who acts; the actions name him
   * @throws dev.tidemill.messaging.FencedException if another operator opened them meanwhile
   */
  public static DeadLetterActions open(
      KafkaClients clients, RecordCodec codec, Topics topics, String model, String operator) {
    String id = transactionalId(model);
    return new DeadLetterActions(
        new DeadLetterLog(clients, codec, topics, id),
        codec,
        topics,
        model,
        operator,
        Clock.systemUTC(),
        new Transactions(
            clients.answeringProducer(id, id, TRANSACTION_TIMEOUT),
            id,
            "dead-letter operator of model " + model));
  }

  /** The transactional id that all operators of a model share. */
  public static String transactionalId(String model) {
    return "tidemill-" + model + "-dead-letters";
  }

  /** Receives what is done with each chosen letter, after it is committed. */
  public interface Listener {
    void done(StoredLetter letter);

    void refused(StoredLetter letter, String reason);

    /** Receives why a record on the topic is no dead letter. */
    void malformed(String reason);
  }

  /**
   * Sends the records of chosen letters to their topics again.
   *
   * @param maxReplays refuses a record that was replayed as often
   * @throws org.apache.kafka.common.KafkaException as {@link Transactions#run}; what was reported
   *     as done is committed
   */
  public void replay(Predicate<StoredLetter> chosen, int maxReplays, Listener listener) {
    Map<String, Integer> partitions =
        Map.of(
            topics.batches(), log.describe(Topics.Name.BATCHES).partitions(),
            topics.requests(), log.describe(Topics.Name.REQUESTS).partitions());
    act(
        DeadLetterActionKind.REPLAY,
        chosen,
        letter -> whyNot(letter, partitions, maxReplays),
        listener);
  }

  /** Notes that chosen letters need no action. Throws like {@link #replay}. */
  public void discard(Predicate<StoredLetter> chosen, Listener listener) {
    act(DeadLetterActionKind.DISCARD, chosen, DeadLetterActions::whyClosed, listener);
  }

  private void act(
      DeadLetterActionKind kind,
      Predicate<StoredLetter> chosen,
      Function<StoredLetter, Optional<String>> fault,
      Listener listener) {
    String topicId = log.describe(Topics.Name.DEAD_LETTERS).id().toString();
    Batch batch = new Batch(kind, topicId, listener);
    log.read(
        topicId,
        new DeadLetterLog.Reader() {
          @Override
          public void letter(StoredLetter letter) {
            if (chosen.test(letter)) {
              fault
                  .apply(letter)
                  .ifPresentOrElse(
                      reason -> listener.refused(letter, reason), () -> batch.add(letter));
            }
          }

          @Override
          public void malformed(String reason) {
            listener.malformed(reason);
          }
        });
    batch.commit();
  }

  private static Optional<String> whyClosed(StoredLetter letter) {
    DeadLetterAction action = letter.action();
    return action == null
        ? Optional.empty()
        : Optional.of(
            (action.getAction() == DeadLetterActionKind.REPLAY ? "was replayed" : "was discarded")
                + " by "
                + action.getOperator()
                + " at "
                + action.getCreatedAt());
  }

  private static Optional<String> whyNot(
      StoredLetter letter, Map<String, Integer> partitions, int maxReplays) {
    Optional<String> closed = whyClosed(letter);
    if (closed.isPresent()) {
      return closed;
    }
    String topic = letter.letter().getTopic();
    if (topic.isEmpty()) {
      return Optional.of("is a row of a source, not a record; correct the data and send it again");
    }
    Integer count = partitions.get(topic);
    if (count == null) {
      return Optional.of("comes from " + topic + ", which this model does not read");
    }
    int partition = letter.letter().getPartition();
    if (partition < 0 || partition >= count) {
      return Optional.of(
          "comes from partition " + partition + ", which " + topic + " does not have");
    }
    if (letter.letter().getValue() == null) {
      return Optional.of("has no bytes: the record was too large to copy, or had no value");
    }
    return letter.replays() < maxReplays
        ? Optional.empty()
        : Optional.of(
            "was replayed "
                + letter.replays()
                + " times and refused each time, first as "
                + letter.origin()
                + "; discard it, or allow more with --max-replays");
  }

  /** A letter and the records of its action. */
  private record Prepared(StoredLetter letter, List<ProducerRecord<byte[], byte[]>> records) {
    long bytes() {
      return records.stream().mapToLong(Prepared::bytes).sum();
    }

    private static long bytes(ProducerRecord<byte[], byte[]> record) {
      long bytes = length(record.key()) + length(record.value());
      for (Header header : record.headers()) {
        bytes += header.key().length() + length(header.value());
      }
      return bytes;
    }

    private static long length(byte @Nullable [] bytes) {
      return bytes == null ? 0 : bytes.length;
    }
  }

  /** Letters of one transaction. */
  private final class Batch {
    private final DeadLetterActionKind kind;
    private final String topicId;
    private final Listener listener;
    private final List<Prepared> letters = new ArrayList<>();
    private long bytes;

    Batch(DeadLetterActionKind kind, String topicId, Listener listener) {
      this.kind = kind;
      this.topicId = topicId;
      this.listener = listener;
    }

    /**
     * Adds a letter. Encodes its records first: if the schema registry does not answer, the log
     * passes on the letter again, and nothing may have changed.
     */
    void add(StoredLetter letter) {
      List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
      if (kind == DeadLetterActionKind.REPLAY) {
        records.add(replayed(letter));
      }
      records.add(noted(letter));
      Prepared prepared = new Prepared(letter, records);
      letters.add(prepared);
      bytes += prepared.bytes();
      if (letters.size() >= LETTERS_PER_TRANSACTION || bytes >= BYTES_PER_TRANSACTION) {
        commit();
      }
    }

    /** Commits what was added; if the brokers refuse a record, each letter by itself. */
    void commit() {
      List<Prepared> all = List.copyOf(letters);
      letters.clear();
      bytes = 0;
      try {
        commit(all);
      } catch (KafkaException e) {
        if (KafkaFailures.kind(e) != KafkaFailures.Kind.RECORD) {
          throw e;
        }
        all.forEach(this::commitAlone);
      }
    }

    private void commitAlone(Prepared letter) {
      try {
        commit(List.of(letter));
      } catch (KafkaException e) {
        if (KafkaFailures.kind(e) != KafkaFailures.Kind.RECORD) {
          throw e;
        }
        listener.refused(letter.letter(), "is refused by the brokers: " + e.getMessage());
      }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // A send that fails makes the commit fail.
    private void commit(List<Prepared> some) {
      if (some.isEmpty()) {
        return;
      }
      try {
        int unused =
            transactions.run(
                producer -> {
                  some.forEach(letter -> letter.records().forEach(producer::send));
                  return some.size();
                });
      } catch (RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new IllegalStateException("sending threw a checked exception", e);
      }
      some.forEach(letter -> listener.done(letter.letter()));
    }

    private ProducerRecord<byte[], byte[]> replayed(StoredLetter letter) {
      ProducerRecord<byte[], byte[]> record = DeadLetters.original(letter.letter());
      Headers headers = record.headers();
      String origin = letter.origin();
      headers.remove(StoredLetter.ORIGIN).remove(StoredLetter.REPLAYS);
      headers.add(StoredLetter.ORIGIN, origin.getBytes(StandardCharsets.UTF_8));
      headers.add(
          StoredLetter.REPLAYS,
          Integer.toString(letter.replays() + 1).getBytes(StandardCharsets.UTF_8));
      return record;
    }

    private ProducerRecord<byte[], byte[]> noted(StoredLetter letter) {
      DeadLetterAction action =
          DeadLetterAction.newBuilder()
              .setModel(model)
              .setTopicId(topicId)
              .setOffset(letter.offset())
              .setAction(kind)
              .setOperator(operator)
              .setCreatedAt(clock.instant())
              .build();
      return codec.record(
          topics.control(),
          0,
          model.getBytes(StandardCharsets.UTF_8),
          ControlEvent.newBuilder().setEvent(action).build());
    }
  }

  @Override
  public void close() {
    transactions.close();
  }
}
