package dev.tidemill.cli.output;

import dev.tidemill.messaging.deadletter.StoredLetter;
import dev.tidemill.schemas.DeadLetter;
import dev.tidemill.schemas.DeadLetterAction;
import org.jspecify.annotations.Nullable;

/** Builds the rows of {@code dead-letters}. */
public final class LetterRow {
  private LetterRow() {}

  public static ResultRow of(StoredLetter stored) {
    DeadLetter letter = stored.letter();
    return new ResultRow()
        .with("id", stored.offset())
        .with("refused", letter.getCreatedAt().toString())
        .with("topic", Printable.of(letter.getTopic()))
        .with("partition", letter.getPartition())
        .with("offset", letter.getOffset())
        .with("replays", stored.replays())
        .with("state", state(stored.action()))
        .with("reason", Printable.of(letter.getReason()));
  }

  private static String state(@Nullable DeadLetterAction action) {
    if (action == null) {
      return "open";
    }
    return switch (action.getAction()) {
      case REPLAY -> "replayed";
      case DISCARD -> "discarded";
    };
  }
}
