package dev.tidemill.trainer;

import dev.tidemill.engine.ModelState;
import dev.tidemill.messaging.ControlChannel;
import dev.tidemill.messaging.KafkaFailures;
import dev.tidemill.messaging.TrainingControl;
import dev.tidemill.schemas.ControlCommand;
import dev.tidemill.schemas.ControlEvent;
import dev.tidemill.schemas.DriftEvent;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The commands of operators during a term. Executes those that concern payloads, hands those that
 * steer training to the training thread, and reports the outcome of each. Publishing thread.
 */
final class OperatorCommands implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(OperatorCommands.class);

  private final ControlChannel control;
  private final String worker;
  private final CommandExchange exchange;
  private final TrainingControl atStart;
  private final Optional<DriftEvent> delayedDrift;
  private final Queue<ControlCommand> unexecuted = new ArrayDeque<>();
  // Commands whose outcome is not known, by id, in the order in which they were read.
  private final Map<String, ControlCommand> pending = new LinkedHashMap<>();
  private final Queue<CommandExchange.Outcome> unwritten = new ArrayDeque<>();
  // The id of a rollback after a change, from its writing to its outcome.
  private @Nullable String expected;

  /**
   * What a term leaves to the next one of the same leader: each command that is written while a
   * trainer leads gets an outcome.
   *
   * @param position where reading of the control topic continues
   * @param commands that were read and whose outcome is not known: what they asked for is not
   *     committed
   * @param outcomes that are known and not written
   */
  record Unanswered(
      long position, List<ControlCommand> commands, List<CommandExchange.Outcome> outcomes) {
    /** Nothing: the term is a leader's first, and earlier commands get no outcome. */
    static final Unanswered NONE = new Unanswered(Long.MAX_VALUE, List.of(), List.of());
  }

  private OperatorCommands(
      ControlChannel control, String worker, CommandExchange exchange, Unanswered before) {
    this.control = control;
    this.worker = worker;
    this.exchange = exchange;
    this.unwritten.addAll(before.outcomes());
    before.commands().forEach(this::add);
    control.catchUp(before.position()).forEach(this::add);
    this.atStart = control.training();
    this.delayedDrift = control.delayedDrift();
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
   * Returns the newest change of the error by delayed labels that was reported before the term
   * began. Any thread.
   */
  Optional<DriftEvent> delayedDrift() {
    return delayedDrift;
  }

  /**
   * Reads new commands, and reports the outcomes that are known.
   *
   * @param payloads of the versions
   * @param snapshots lends a state for a rollback
   */
  void poll(Payloads payloads, SnapshotExchange snapshots) throws Exception {
    control.poll(Duration.ZERO).forEach(this::add);
    for (ControlCommand next = unexecuted.peek();
        next != null && execute(next, payloads, snapshots);
        next = unexecuted.peek()) {
      ControlCommand unused = unexecuted.remove();
    }
    reportOutcomes();
  }

  /** Writes the outcomes that are known. After a transient failure, the next call tries again. */
  void reportOutcomes() {
    takeOutcomes();
    for (CommandExchange.@Nullable Outcome next = unwritten.peek();
        next != null && write(next);
        next = unwritten.peek()) {
      CommandExchange.Outcome unused = unwritten.remove();
    }
  }

  /** Takes the outcomes that the training thread has submitted. */
  private void takeOutcomes() {
    for (CommandExchange.@Nullable Outcome next = exchange.nextOutcome();
        next != null;
        next = exchange.nextOutcome()) {
      add(next);
    }
  }

  /** Returns whether the outcome was written. Training does not depend on it. */
  private boolean write(CommandExchange.Outcome outcome) {
    try {
      control.writeOutcome(outcome.command(), worker, outcome.accepted(), outcome.message());
      return true;
    } catch (RuntimeException e) {
      if (KafkaFailures.kind(e) != KafkaFailures.Kind.RETRIABLE) {
        throw e;
      }
      LOG.warn(
          "the outcome of {} cannot be written yet: {}",
          outcome.command().getAction(),
          KafkaFailures.explain(e));
      return false;
    }
  }

  /**
   * Reports the outcome of the commands that asked for a version, which is committed.
   *
   * @param boost what a boost multiplies the learning rate by after its warm-up; 1 without one
   */
  void published(long version, List<ControlCommand> askedFor, double boost) {
    for (ControlCommand command : askedFor) {
      report(command, true, "published version " + version + after(command, boost));
    }
    reportOutcomes();
  }

  private static String after(ControlCommand command, double boost) {
    return switch (command.getAction()) {
      case ROLLBACK -> " with the weights of version " + command.getVersion();
      case LEARNING_RATE ->
          ", from which on the learning rate is "
              + LearningRate.describe(command.getFactor(), boost);
      case CHECKPOINT, PAUSE, RESUME, PIN, UNPIN, DELETE -> "";
    };
  }

  /**
   * Expects a rollback that a change asked for, which the publishing thread writes.
   *
   * @return whether it is to be written; not while an earlier one has no outcome
   */
  boolean expectRollback(String commandId) {
    if (expected != null || pending.values().stream().anyMatch(DriftEvents::isRollback)) {
      return false;
    }
    expected = commandId;
    return true;
  }

  /** Returns the versions whose payload is pinned. */
  Set<Long> pinned() {
    OptionalLong version = control.pinned().asOptional();
    return version.isPresent() ? Set.of(version.getAsLong()) : Set.of();
  }

  /** Returns what the next term has to answer. Any thread, after the term's threads have ended. */
  Unanswered unanswered() {
    takeOutcomes();
    return new Unanswered(
        control.position(), List.copyOf(pending.values()), List.copyOf(unwritten));
  }

  @Override
  public void close() {
    control.close();
  }

  private void add(ControlEvent event) {
    if (event.getEvent() instanceof ControlCommand command) {
      add(command);
    }
  }

  private void add(ControlCommand command) {
    unexecuted.add(command);
    ControlCommand unused = pending.put(command.getCommandId(), command);
  }

  private void add(CommandExchange.Outcome outcome) {
    unwritten.add(outcome);
    String id = outcome.command().getCommandId();
    ControlCommand unused = pending.remove(id);
    if (id.equals(expected)) {
      expected = null;
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
    add(new CommandExchange.Outcome(command, accepted, message));
  }
}
