package dev.tidemill.dashboard;

import dev.tidemill.messaging.ControlChannel;
import dev.tidemill.messaging.KafkaClients;
import dev.tidemill.messaging.RecordCodec;
import dev.tidemill.messaging.TopicAdmin;
import dev.tidemill.messaging.deadletter.DeadLetterActions;
import dev.tidemill.messaging.deadletter.StoredLetter;
import dev.tidemill.schemas.ControlAction;
import dev.tidemill.schemas.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Sends the commands that somebody gives on the page. Any thread. */
final class Operator {
  private static final String NAME = "dashboard";
  private static final int MOST_REPLAYS = 3;

  private final String model;
  private final KafkaClients clients;
  private final RecordCodec codec;
  private final Topics topics;

  Operator(String model, KafkaClients clients, RecordCodec codec, Topics topics) {
    this.model = model;
    this.clients = clients;
    this.codec = codec;
    this.topics = topics;
  }

  /**
   * Writes a command; the workers' answers come on `control`.
   *
   * @return its id, once it is on the log
   * @throws IllegalArgumentException if a figure is missing or wrong
   */
  String command(ControlAction action, @Nullable Long version, @Nullable Double factor) {
    String clientId = "tidemill-" + model + "-" + NAME;
    try (ControlChannel control =
        ControlChannel.open(clients, clientId, codec, topics.control(), model, NAME)) {
      return control.send(action, version, factor).getCommandId();
    }
  }

  /**
   * Replays or discards dead letters by their offsets.
   *
   * @param topicId id of the topic that the offsets are of
   * @throws IllegalArgumentException if the topic was recreated
   */
  LetterResult letters(boolean replay, Set<Long> offsets, String topicId) {
    requireSameTopic(topicId);
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

  /** On a topic that was recreated, the offsets are those of other letters. */
  private void requireSameTopic(String topicId) {
    try (TopicAdmin admin = new TopicAdmin(clients, "tidemill-" + model + "-" + NAME)) {
      String now = admin.describe(topics, Topics.Name.DEAD_LETTERS).id().toString();
      if (!now.equals(topicId)) {
        throw new IllegalArgumentException(
            topics.deadLetters() + " was recreated; look at its letters again");
      }
    }
  }

  /** The offsets of letters that an action was done with, and why others were refused. */
  record LetterResult(List<Long> done, List<String> refused) {}
}
