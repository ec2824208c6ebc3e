package dev.tidemill.trainer;

import dev.tidemill.engine.ModelState;
import dev.tidemill.messaging.ControlChannel;
import dev.tidemill.messaging.TrainingControl;
import dev.tidemill.schemas.ControlAction;
import dev.tidemill.schemas.ControlCommand;
import dev.tidemill.schemas.ControlEvent;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The commands of operators during a term. Executes those that concern payloads, hands those that
 * steer training to the training thread, and reports the outcome of each. Publishing thread.
 */
final class OperatorCommands implements AutoCloseable {
  private final ControlChannel control;
  private final String worker;
  private final CommandExchange exchange;
  private final TrainingControl atStart;
  private final Queue<ControlCommand> unread = new ArrayDeque<>();

  /**
   * What a term leaves to the next one of the same leader: each command that is written while a
   * trainer leads gets an outcome.
   *
   * @param position where reading of the control topic continues
   * @param commands that were read but not executed
   */
  record Unanswered(long position, List<ControlCommand> commands) {
    /** Nothing: the term is a leader's first, and earlier commands get no outcome. */
    static final Unanswered NONE = new Unanswered(Long.MAX_VALUE, List.of());
  }

  private OperatorCommands(
      ControlChannel control, String worker, CommandExchange exchange, Unanswered before) {
    this.control = control;
    this.worker = worker;
    this.exchange = exchange;
    this.unread.addAll(before.commands());
    control.catchUp(before.position()).forEach(this::add);
    this.atStart = control.training();
  }

  /** Applies all commands so far; of these, only those that were left unanswered get an outcome. */
  static OperatorCommands open(
      TrainerContext context, CommandExchange exchange, Unanswered before) {
    return open(
        ControlChannel.open(
            context.clients(),
            context.clientId("control"),
            context.codec(),
            context.topics().control(),
            context.settings().model()),
        context.settings().worker(),
        exchange,
        before);
  }

  /**
   * Applies all commands so far; of these, only those that were left unanswered get an outcome.
   *
   * @param control owned by this object, and closed if it cannot be read
   */
  static OperatorCommands open(
      ControlChannel control, String worker, CommandExchange exchange, Unanswered before) {
    try {
      return new OperatorCommands(control, worker, exchange, before);
    } catch (RuntimeException e) {
      control.close();
      throw e;
    }
  }

  /** Returns what the commands said about training when the term began. Any thread. */
  TrainingControl atStart() {
    return atStart;
  }

  /**
   * Reads new commands, and reports the outcomes that are known.
   *
   * @param payloads of the versions
   * @param snapshots lends a state for a rollback
   */
  void poll(Payloads payloads, SnapshotExchange snapshots) throws Exception {
    control.poll(Duration.ZERO).forEach(this::add);
    for (ControlCommand next = unread.peek();
        next != null && execute(next, payloads, snapshots);
        next = unread.peek()) {
      unread.remove();
    }
    reportOutcomes();
  }

  /** Reports the outcomes that the training thread has submitted. */
  void reportOutcomes() {
    for (CommandExchange.@Nullable Outcome next = exchange.nextOutcome();
        next != null;
        next = exchange.nextOutcome()) {
      report(next.command(), next.accepted(), next.message());
    }
  }

  /** Reports the outcome of the commands that asked for a version, which is committed. */
  void published(long version, List<ControlCommand> askedFor) {
    for (ControlCommand command : askedFor) {
      String published = "published version " + version;
      report(
          command,
          true,
          command.getAction() == ControlAction.ROLLBACK
              ? published + " with the weights of version " + command.getVersion()
              : published);
    }
  }

  /** Returns the versions whose payload is pinned. */
  Set<Long> pinned() {
    OptionalLong version = control.pinned().asOptional();
    return version.isPresent() ? Set.of(version.getAsLong()) : Set.of();
  }

  /** Returns what the next term has to answer. Any thread, after the term's threads have ended. */
  Unanswered unanswered() {
    List<ControlCommand> commands = exchange.waiting();
    commands.addAll(unread);
    return new Unanswered(control.position(), commands);
  }

  @Override
  public void close() {
    control.close();
  }

  private void add(ControlEvent event) {
    if (event.getEvent() instanceof ControlCommand command) {
      unread.add(command);
    }
  }

  /** Returns whether the command was executed or submitted; otherwise it is tried again later. */
  private boolean execute(ControlCommand command, Payloads payloads, SnapshotExchange snapshots)
      throws Exception {
    switch (command.getAction()) {
      case ROLLBACK -> {
        return submitRollback(command, payloads, snapshots);
      }
      case DELETE -> delete(command, payloads);
      case PIN -> reportPin(command, payloads);
      case UNPIN -> report(command, true, "keeps the newest versions only");
      case PAUSE, RESUME, CHECKPOINT, LEARNING_RATE -> exchange.submit(command);
    }
    return true;
  }

  /**
   * Submits a rollback with the version's state. Only one waits at a time: training needs the other
   * state of the exchange to submit a version before it executes the command.
   */
  private boolean submitRollback(
      ControlCommand command, Payloads payloads, SnapshotExchange snapshots) {
    @Nullable ModelState state = exchange.hasRollback() ? null : snapshots.pollFree();
    if (state == null) {
      return false;
    }
    try {
      payloads.read(command.getVersion(), state);
      exchange.submit(command, state);
    } catch (CommandRejectedException e) {
      snapshots.giveBack(state);
      report(command, false, String.valueOf(e.getMessage()));
    }
    return true;
  }

  private void delete(ControlCommand command, Payloads payloads) throws Exception {
    try {
      payloads.delete(command.getVersion(), pinned());
    } catch (CommandRejectedException e) {
      report(command, false, String.valueOf(e.getMessage()));
      return;
    }
    report(command, true, "removed the weights of version " + command.getVersion());
  }

  private void reportPin(ControlCommand command, Payloads payloads) {
    long version = command.getVersion();
    boolean there = payloads.exists(version);
    report(
        command,
        there,
        (there ? "keeps the weights of version " : "has no weights of version ") + version);
  }

  private void report(ControlCommand command, boolean accepted, String message) {
    control.writeOutcome(command, worker, accepted, message);
  }
}
