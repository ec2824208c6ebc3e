package dev.tidemill.messaging;

import static dev.tidemill.schemas.Topics.Name.BATCHES;
import static dev.tidemill.schemas.Topics.Name.CHECKPOINTS;
import static dev.tidemill.schemas.Topics.Name.CHECKPOINT_CHUNKS;
import static dev.tidemill.schemas.Topics.Name.CONTROL;
import static dev.tidemill.schemas.Topics.Name.DEAD_LETTERS;
import static dev.tidemill.schemas.Topics.Name.LABELS;
import static dev.tidemill.schemas.Topics.Name.PREDICTIONS;
import static dev.tidemill.schemas.Topics.Name.PROGRESS;
import static dev.tidemill.schemas.Topics.Name.REQUESTS;

import dev.tidemill.schemas.Topics;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Which topics a process uses, and which of them it writes. */
public enum TopicRole {
  TRAINER(
      List.of(BATCHES),
      List.of(CHECKPOINTS, CHECKPOINT_CHUNKS, PROGRESS, CONTROL, DEAD_LETTERS),
      true),
  INFERENCE(
      List.of(REQUESTS, CHECKPOINTS, CHECKPOINT_CHUNKS),
      List.of(PREDICTIONS, CONTROL, DEAD_LETTERS),
      true),
  PRODUCER(List.of(), List.of(BATCHES), true),
  /** Sends a source's samples as requests, prepared as the batches were. */
  CALLER(List.of(PREDICTIONS, BATCHES), List.of(REQUESTS, LABELS), false),
  /** Lets a model write text, within the window that its newest checkpoint takes. */
  WRITER(List.of(PREDICTIONS, CHECKPOINTS), List.of(REQUESTS, LABELS), false),
  /** Looks at a model's versions. */
  VIEWER(List.of(CHECKPOINTS, CHECKPOINT_CHUNKS, CONTROL), List.of(), false),
  /** Pins versions. */
  OPERATOR(List.of(CHECKPOINTS), List.of(CONTROL), false),
  /** Whoever creates the topics: what all the others need. */
  OWNER(List.of(), Arrays.asList(Topics.Name.values()), true);

  private final Set<Topics.Name> topics;
  private final Set<Topics.Name> written;
  private final boolean transactional;

  TopicRole(List<Topics.Name> read, List<Topics.Name> written, boolean transactional) {
    EnumSet<Topics.Name> all = EnumSet.copyOf(written.isEmpty() ? read : written);
    all.addAll(read);
    this.topics = Collections.unmodifiableSet(all);
    this.written = Set.copyOf(written);
    this.transactional = transactional;
  }

  /** All topics that it uses, in the protocol's order. */
  public Set<Topics.Name> topics() {
    return topics;
  }

  boolean writes(Topics.Name name) {
    return written.contains(name);
  }

  boolean isTransactional() {
    return transactional;
  }
}
