package dev.tidemill.cli.command;

import dev.tidemill.messaging.deadletter.StoredLetter;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** Which dead letters to replay or discard: some by their ids, or all open ones that match. */
final class LetterSelection {
  @Parameters(
      paramLabel = "ID",
      arity = "0..*",
      description = "ids of dead letters, as 'dead-letters list' prints them")
  private List<Long> ids = new ArrayList<>();

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      description = "all open ones whose reason contains a text")
  private @Nullable String reason;

  @Option(names = "--all", description = "all open ones")
  private boolean all;

  private final Set<Long> found = new LinkedHashSet<>();

  /**
   * Requires exactly one way to select.
   *
   * @throws ParameterException if there is none, more than one, or an empty reason
   */
  void require(CommandSpec spec) {
    int ways = (ids.isEmpty() ? 0 : 1) + (reason == null ? 0 : 1) + (all ? 1 : 0);
    if (reason != null && reason.isBlank()) {
      throw new ParameterException(
          spec.commandLine(), "--reason is empty, which every reason contains; use --all for that");
    }
    if (ways != 1) {
      throw new ParameterException(
          spec.commandLine(), "name dead letters by their ids, by --reason or by --all");
    }
  }

  boolean matches(StoredLetter letter) {
    if (ids.contains(letter.offset())) {
      found.add(letter.offset());
      return true;
    }
    boolean named = all || (reason != null && letter.letter().getReason().contains(reason));
    return named && letter.isOpen();
  }

  /** The ids that {@link #matches} has not seen. */
  Set<Long> missing() {
    Set<Long> missing = new LinkedHashSet<>(ids);
    missing.removeAll(found);
    return missing;
  }
}
