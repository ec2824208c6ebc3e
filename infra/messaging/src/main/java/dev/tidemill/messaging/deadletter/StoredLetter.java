package dev.tidemill.messaging.deadletter;

import dev.tidemill.schemas.DeadLetter;
import dev.tidemill.schemas.DeadLetterAction;
import dev.tidemill.schemas.RecordHeader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A dead letter on the log. A record that was replayed and then refused again carries its history
 * in two headers, so its next dead letter has it, too.
 *
 * @param offset identifies the letter; its position in partition 0 of {@code dead-letters}
 * @param action what an operator did with it; null if nothing yet
 */
public record StoredLetter(long offset, DeadLetter letter, @Nullable DeadLetterAction action) {
  /** Header of a replayed record: how often it was replayed, as decimal text. */
  static final String REPLAYS = "tidemill-replays";

  /** Header of a replayed record: where it was first, as TOPIC/PARTITION/OFFSET. */
  static final String ORIGIN = "tidemill-origin";

  /** Whether nobody has replayed or discarded it. */
  public boolean isOpen() {
    return action == null;
  }

  /** How often the record had been replayed before it became this letter. */
  public int replays() {
    try {
      return header(REPLAYS).map(Integer::parseInt).orElse(0);
    } catch (NumberFormatException e) {
      return 0; // Another program's header of that name.
    }
  }

  /** Where the record was before its first replay. */
  public String origin() {
    return header(ORIGIN)
        .orElseGet(
            () -> letter.getTopic() + "/" + letter.getPartition() + "/" + letter.getOffset());
  }

  private Optional<String> header(String key) {
    return letter.getHeaders().stream()
        .filter(header -> header.getKey().equals(key) && header.getValue() != null)
        .map(RecordHeader::getValue)
        .map(StoredLetter::text)
        .findFirst();
  }

  private static String text(ByteBuffer value) {
    return StandardCharsets.UTF_8.decode(value.duplicate()).toString();
  }
}
