package dev.tidemill.messaging;

import dev.tidemill.schemas.ControlCommand;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The version that operators pinned; the newest command wins. */
public record PinnedVersion(@Nullable Long version) {
  /** No pinned version: the newest version is served. */
  public static final PinnedVersion NONE = new PinnedVersion(null);

  /**
   * Returns the pinned version after one more command.
   *
   * @throws IllegalArgumentException if the command pins no version, or one below 1
   */
  public PinnedVersion after(ControlCommand command) {
    return switch (command.getAction()) {
      case UNPIN -> NONE;
      case PAUSE, RESUME, CHECKPOINT, ROLLBACK, LEARNING_RATE, DELETE -> this;
      case PIN -> {
        Long wanted = command.getVersion();
        if (wanted == null || wanted < 1) {
          throw new IllegalArgumentException(
              "command " + command.getCommandId() + " pins version " + wanted);
        }
        yield new PinnedVersion(wanted);
      }
    };
  }

  public OptionalLong asOptional() {
    return version == null ? OptionalLong.empty() : OptionalLong.of(version);
  }
}
