package dev.tidemill.dashboard;

import dev.tidemill.messaging.KafkaClients;
import dev.tidemill.messaging.KafkaResult;
import dev.tidemill.messaging.RecordCodec;
import dev.tidemill.messaging.deadletter.DeadLetterActions;
import dev.tidemill.messaging.deadletter.StoredLetter;
import dev.tidemill.schemas.ControlAction;
import dev.tidemill.schemas.ControlCommand;
import dev.tidemill.schemas.ControlEvent;
import dev.tidemill.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;

/** Sends the commands that somebody gives on the page. Any thread. */
final class Operator {
  private static final int PARTITION = 0;
  private static final String NAME = "dashboard";
  private static final int MOST_REPLAYS = 3;

  private final String model;
  private final KafkaClients clients;
  private final RecordCodec codec;
  private final Topics topics;
  private final Clock clock;

  Operator(String model, KafkaClients clients, RecordCodec codec, Topics topics, Clock clock) {
    this.model = model;
    this.clients = clients;
    this.codec = codec;
    this.topics = topics;
    this.clock = clock;
  }

  /**
   * Writes a command; the workers' answers come on `control`.
   *
   * @return its id, once it is on the log
   * @throws IllegalArgumentException if a figure is missing or wrong
   */
  String command(ControlAction action, @Nullable Long version, @Nullable Double factor) {
    boolean needsVersion =
        switch (action) {
          case PIN, ROLLBACK -> true;
          case UNPIN, PAUSE, RESUME, CHECKPOINT, LEARNING_RATE -> false;
        };
    if (needsVersion && (version == null || version < 1)) {
      throw new IllegalArgumentException(action + " needs a version from 1");
    }
    boolean usable = factor != null && Double.isFinite(factor) && factor > 0;
    if (action == ControlAction.LEARNING_RATE && !usable) {
      throw new IllegalArgumentException(action + " needs a factor above 0");
    }
    String id = UUID.randomUUID().toString();
    ControlCommand command =
        ControlCommand.newBuilder()
            .setCommandId(id)
            .setModel(model)
            .setAction(action)
            .setVersion(needsVersion ? version : null)
            .setFactor(action == ControlAction.LEARNING_RATE ? factor : null)
            .setOperator(NAME)
            .setCreatedAt(clock.instant())
            .build();
    byte[] key = model.getBytes(StandardCharsets.UTF_8);
    try (Producer<byte[], byte[]> producer = clients.producer("tidemill-" + model + "-" + NAME)) {
      RecordMetadata unused =
          KafkaResult.get(
              producer.send(
                  codec.record(topics.control(), PARTITION, key, new ControlEvent(command))));
    }
    return id;
  }

  /** Replays or discards dead letters by their offsets. */
  LetterResult letters(boolean replay, Set<Long> offsets) {
    List<Long> done = new ArrayList<>();
    List<String> refused = new ArrayList<>();
    DeadLetterActions.Listener listener =
        new DeadLetterActions.Listener() {
          @Override
          public void done(StoredLetter letter) {
            done.add(letter.offset());
          }

          @Override
          public void refused(StoredLetter letter, String reason) {
            refused.add(letter.offset() + ": " + reason);
          }

          @Override
          public void malformed(String reason) {
            refused.add(reason);
          }
        };
    try (DeadLetterActions actions = DeadLetterActions.open(clients, codec, topics, model, NAME)) {
      if (replay) {
        actions.replay(letter -> offsets.contains(letter.offset()), MOST_REPLAYS, listener);
      } else {
        actions.discard(letter -> offsets.contains(letter.offset()), listener);
      }
    }
    return new LetterResult(done, refused);
  }

  /** The offsets of letters that an action was done with, and why others were refused. */
  record LetterResult(List<Long> done, List<String> refused) {}
}
