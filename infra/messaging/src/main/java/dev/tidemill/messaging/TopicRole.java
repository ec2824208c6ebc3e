package dev.tidemill.messaging;

import static dev.tidemill.schemas.Topics.Name.BATCHES;
import static dev.tidemill.schemas.Topics.Name.CHECKPOINTS;
import static dev.tidemill.schemas.Topics.Name.CHECKPOINT_CHUNKS;
import static dev.tidemill.schemas.Topics.Name.CONTRACT;
import static dev.tidemill.schemas.Topics.Name.CONTROL;
import static dev.tidemill.schemas.Topics.Name.DEAD_LETTERS;
import static dev.tidemill.schemas.Topics.Name.LABELS;
import static dev.tidemill.schemas.Topics.Name.PREDICTIONS;
import static dev.tidemill.schemas.Topics.Name.PROGRESS;
import static dev.tidemill.schemas.Topics.Name.REQUESTS;

import dev.tidemill.schemas.Topics;
import java.util.EnumSet;
import java.util.Set;

/** A role of a process: the topics that it reads and those that it writes. */
public enum TopicRole {
  TRAINER,
  INFERENCE,
  PRODUCER,
  /** Sends a source's samples as requests. */
  CALLER,
  /** Generates text with a model, within the context window of its newest checkpoint. */
  WRITER,
  /** Reads a model's versions. */
  VIEWER,
  /** Looks up requests, their answers and their labels. */
  INSPECTOR,
  /** Sends labels of requests that were sent before. */
  LABELER,
  /** Pins versions and steers training. */
  OPERATOR,
  /** Lists, replays and discards dead letters. */
  REPLAYER,
  /** Creates the topics; includes the needs of all other roles. */
  OWNER;

  /** Returns all topics that the role uses, in the protocol's order. */
  public Set<Topics.Name> topics() {
    Set<Topics.Name> topics = read();
    topics.addAll(written());
    return topics;
  }

  private Set<Topics.Name> read() {
    return switch (this) {
      case TRAINER -> EnumSet.of(BATCHES, CONTRACT, CHECKPOINTS, CHECKPOINT_CHUNKS, CONTROL);
      case INFERENCE -> EnumSet.of(REQUESTS, CONTRACT, CHECKPOINTS, CHECKPOINT_CHUNKS, CONTROL);
      case CALLER -> EnumSet.of(PREDICTIONS, CONTRACT);
      case WRITER -> EnumSet.of(PREDICTIONS, CHECKPOINTS);
      case VIEWER -> EnumSet.of(CONTRACT, CHECKPOINTS, CHECKPOINT_CHUNKS, CONTROL);
      case INSPECTOR -> EnumSet.of(REQUESTS, PREDICTIONS, LABELS, CONTRACT, CHECKPOINTS);
      case OPERATOR -> EnumSet.of(CHECKPOINTS, CONTROL);
      case REPLAYER -> EnumSet.of(DEAD_LETTERS, CONTROL);
      case PRODUCER, LABELER -> EnumSet.of(CONTRACT);
      case OWNER -> EnumSet.noneOf(Topics.Name.class);
    };
  }

  private Set<Topics.Name> written() {
    return switch (this) {
      case TRAINER -> EnumSet.of(CHECKPOINTS, CHECKPOINT_CHUNKS, PROGRESS, CONTROL, DEAD_LETTERS);
      case INFERENCE -> EnumSet.of(PREDICTIONS, PROGRESS, CONTROL, DEAD_LETTERS);
      case PRODUCER -> EnumSet.of(BATCHES, CONTRACT, PROGRESS, DEAD_LETTERS);
      case CALLER, WRITER -> EnumSet.of(REQUESTS, LABELS);
      case LABELER -> EnumSet.of(LABELS);
      case VIEWER, INSPECTOR -> EnumSet.noneOf(Topics.Name.class);
      case OPERATOR -> EnumSet.of(CONTROL);
      case REPLAYER -> EnumSet.of(BATCHES, REQUESTS, CONTROL);
      case OWNER -> EnumSet.allOf(Topics.Name.class);
    };
  }

  /** Returns the topics that the role reads if they exist. Nothing is required of them. */
  public Set<Topics.Name> optional() {
    return this == TRAINER ? EnumSet.of(PREDICTIONS, LABELS) : EnumSet.noneOf(Topics.Name.class);
  }

  boolean writes(Topics.Name name) {
    return written().contains(name);
  }

  /**
   * Returns whether a running process can continue while a topic is missing or wrong. An inference
   * worker keeps serving the versions that it has loaded, and nothing depends on `progress`.
   */
  boolean toleratesFaultOf(Topics.Name name) {
    return name == PROGRESS
        || (this == INFERENCE && (name == CHECKPOINTS || name == CHECKPOINT_CHUNKS));
  }

  boolean isTransactional() {
    return switch (this) {
      case TRAINER, INFERENCE, PRODUCER, REPLAYER, OWNER -> true;
      case CALLER, WRITER, VIEWER, INSPECTOR, LABELER, OPERATOR -> false;
    };
  }
}
