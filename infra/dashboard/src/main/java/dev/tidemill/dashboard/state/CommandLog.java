package dev.tidemill.dashboard.state;

import dev.tidemill.schemas.ControlAction;
import dev.tidemill.schemas.ControlCommand;
import dev.tidemill.schemas.ControlOutcome;
import dev.tidemill.schemas.DeadLetterAction;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What operators commanded, and what the workers answered. Guarded by its owner. */
final class CommandLog {
  private static final int MOST = 500;
  private static final int MOST_OUTCOMES = 100;

  private final Map<String, CommandRow> commands = new LinkedHashMap<>();
  private long revision;
  private long pinned;
  private long pinnedAt;
  private boolean paused;
  private long resumedAt;

  void add(ControlCommand command) {
    put(
        command.getCommandId(),
        new CommandRow(
            command.getCommandId(),
            command.getCreatedAt().toEpochMilli(),
            command.getOperator(),
            command.getAction().name(),
            command.getVersion(),
            command.getFactor(),
            List.of()));
    if (command.getAction() == ControlAction.PIN && command.getVersion() != null) {
      pinned = command.getVersion();
      pinnedAt = command.getCreatedAt().toEpochMilli();
    } else if (command.getAction() == ControlAction.UNPIN) {
      pinned = 0;
      pinnedAt = 0;
    } else if (command.getAction() == ControlAction.PAUSE
        || command.getAction() == ControlAction.RESUME) {
      paused = command.getAction() == ControlAction.PAUSE;
      resumedAt = command.getCreatedAt().toEpochMilli();
    }
  }

  void add(ControlOutcome outcome) {
    CommandRow of = commands.get(outcome.getCommandId());
    if (of != null && of.outcomes().size() < MOST_OUTCOMES) {
      List<OutcomeRow> outcomes = new ArrayList<>(of.outcomes());
      outcomes.add(
          new OutcomeRow(outcome.getWorker(), outcome.getAccepted(), outcome.getMessage()));
      put(of.id(), of.with(outcomes));
    }
  }

  void add(DeadLetterAction action) {
    put(
        "dead-letter-" + action.getOffset(),
        new CommandRow(
            "dead-letter-" + action.getOffset(),
            action.getCreatedAt().toEpochMilli(),
            action.getOperator(),
            action.getAction().name() + " of dead letter " + action.getOffset(),
            null,
            null,
            List.of()));
  }

  private void put(String id, CommandRow row) {
    revision++;
    commands.put(id, row);
    if (commands.size() > MOST) {
      commands.remove(commands.keySet().iterator().next());
    }
  }

  long revision() {
    return revision;
  }

  /** The pinned version; 0 if none is. */
  long pinned() {
    return pinned;
  }

  /** When the pin was commanded, in milliseconds since 1970; 0 if no version is pinned. */
  long pinnedAt() {
    return pinnedAt;
  }

  /** Whether the newest of PAUSE and RESUME is PAUSE. */
  boolean paused() {
    return paused;
  }

  /** When training was last paused or resumed; 0 if never. */
  long resumedAt() {
    return resumedAt;
  }

  /** Returns the newest commands, newest first. */
  List<CommandRow> rows(int most) {
    List<CommandRow> rows = new ArrayList<>(commands.values());
    Collections.reverse(rows);
    return List.copyOf(rows.subList(0, Math.min(most, rows.size())));
  }

  /** A command of an operator. */
  public record CommandRow(
      String id,
      long at,
      String operator,
      String action,
      @Nullable Long version,
      @Nullable Double factor,
      List<OutcomeRow> outcomes) {
    CommandRow with(List<OutcomeRow> more) {
      return new CommandRow(id, at, operator, action, version, factor, List.copyOf(more));
    }
  }

  /** What a worker answered. */
  public record OutcomeRow(String worker, boolean accepted, String message) {}
}
