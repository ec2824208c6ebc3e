package dev.tidemill.trainer;

import dev.tidemill.contract.Contract;
import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.SpecTemplate;
import dev.tidemill.engine.TrainableModel;
import dev.tidemill.messaging.FencedException;
import dev.tidemill.messaging.OpenTransactionException;
import dev.tidemill.messaging.RecordPolicy;
import dev.tidemill.runtime.Health;
import dev.tidemill.schemas.TrainerPhase;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Starts a term while this trainer holds the single partition of {@code control}, and stands by
 * otherwise, with the engine loaded and the model created. Ignores the records on that topic.
 *
 * <p>Losing the partition discards the term; the next leader trains its unpublished samples again.
 * The next term starts only after all threads of the discarded one have ended, including abandoned
 * ones, which may still write to the model.
 */
final class Leadership implements RecordPolicy {
  private static final String FORMER_TERM = "former term";
  private static final String DIVERGED = "diverged";
  private static final String START = "start";

  private final TrainerContext context;
  private final LongSupplier nanoTime = System::nanoTime;
  private @Nullable TrainableModel model;
  private @Nullable ModelSpec modelSpec;
  private @Nullable ProgressChannel progress;
  private final LeaderTerms<Term> terms = new LeaderTerms<>();
  private volatile int diverged;
  private OperatorCommands.Unanswered unanswered = OperatorCommands.Unanswered.NONE;
  private boolean leadsSinceTerm;
  private boolean closed;
  private boolean failed;
  private @Nullable Long fencedAt;
  private long divergedAfter;
  private long pausedAt;
  private Duration pause = Duration.ZERO;

  Leadership(TrainerContext context) {
    this.context = context;
  }

  /**
   * Adds leadership and the term's health to the health of the trainer's own threads. Any thread.
   *
   * @param threads the health of the trainer's own threads, returned unchanged unless ready
   */
  Health refine(Health threads) {
    if (threads.state() != Health.State.READY) {
      return threads;
    }
    String model = context.settings().model();
    Term current = terms.current();
    if (current == null) {
      return terms.leads()
          ? Health.starting("is starting to lead model " + model)
          : Health.standby("stands by for model " + model);
    }
    Health health = current.health();
    if (health.isAlive()) {
      return Health.ready(current.pause().orElse("trains model " + model));
    }
    if (!isRecoverable(health.cause(), current)) {
      return health;
    }
    String what =
        health.cause() instanceof DivergedException
            ? "training of model " + model + " has diverged: "
            : "has lost the leadership of model " + model + ": ";
    return Health.starting(what + health.detail());
  }

  @Override
  public void onStart() {
    context.checkTopics();
    // Standbys are hot: they load native libraries and allocate memory before they lead.
    expectedSpec().ifPresent(this::model);
    progress = new ProgressChannel(context);
    sendPhase(TrainerPhase.STANDBY);
    context.listener().onNotice(context.settings().worker() + " stands by");
  }

  /** Returns the spec of the next term; empty if its sizes are not known yet. */
  private Optional<ModelSpec> expectedSpec() {
    SpecTemplate template = context.job().template();
    Optional<ModelSpec> fixed = template.withoutData();
    boolean balanced = fixed.isPresent() && fixed.get().loss().balanced();
    if (!template.adapts() && !balanced) {
      return fixed;
    }
    Optional<Contract> contract;
    try {
      contract = KnownContracts.read(context).newest();
    } catch (OpenTransactionException e) {
      contract = Optional.empty(); // The term reads it again, and reports this.
    }
    if (contract.isPresent()) {
      return Optional.of(SpecSizes.resolve(template, contract, Optional.empty()));
    }
    return balanced ? Optional.empty() : fixed;
  }

  /** Returns the model for a spec, which is a new one if another spec was used before. */
  private TrainableModel model(ModelSpec spec) {
    TrainableModel existing = model;
    if (existing != null && spec.equals(modelSpec)) {
      return existing;
    }
    model = null;
    if (existing != null) {
      existing.close();
    }
    TrainableModel created =
        context
            .job()
            .engine()
            .create(
                ModelState.initial(spec, spec.training().seed()),
                context.settings().engineThreads());
    model = created;
    modelSpec = spec;
    return created;
  }

  @Override
  public void onAssigned(Collection<TopicPartition> partitions) {
    if (!partitions.isEmpty()) {
      terms.lead();
    }
  }

  /** Returns at once, because a step may take longer than a rebalance may. */
  @Override
  public void onRevoked(Collection<TopicPartition> partitions, boolean lost) {
    if (partitions.isEmpty() || closed) {
      return;
    }
    leadsSinceTerm = false;
    unanswered = OperatorCommands.Unanswered.NONE;
    fencedAt = null;
    pause = Duration.ZERO;
    context.monitor().recover(DIVERGED);
    context.monitor().recover(START);
    terms.loseLeadership();
    context
        .listener()
        .onNotice(
            context.settings().worker()
                + " no longer leads: "
                + (lost
                    ? "the group removed it, for example because it sent no heartbeat for longer"
                        + " than consumer.session.timeout.ms"
                    : "the group revoked its assignment")
                + "; the next leader trains its unpublished samples again");
    sendPhase(TrainerPhase.STANDBY);
  }

  /** Ends the term without publishing anything more, and starts no other term. Any thread. */
  void giveUp() {
    terms.giveUp();
  }

  @Override
  public boolean onRecords(ConsumerRecords<byte[], byte[]> records) throws Exception {
    if (!isFormerTermOver()) {
      return true;
    }
    if (terms.mayStart()) {
      return nanoTime.getAsLong() - pausedAt < pause.toNanos() || startTerm();
    }
    Term current = terms.current();
    if (current == null) {
      return true;
    }
    if (context.known().version() > divergedAfter) {
      diverged = 0;
      context.monitor().recover(DIVERGED);
    }
    return !current.hasEnded() || endTerm(current);
  }

  @Override
  public void onClose() throws Exception {
    // Leaving the group revokes the partition; by then no term must be left to discard.
    closed = true;
    Term current = terms.current();
    boolean wasAlive = current != null && current.health().isAlive();
    // A term starts only after the previous one has ended, so at most one of the two exists.
    Term last = terms.end();
    if (last != null) {
      last.close();
    }
    // A step that does not end still uses the model's memory, which then must not be freed.
    TrainableModel freed = last == null || last.isOver() ? model : null;
    ProgressChannel channel = progress;
    // Check the term first: without brokers, closing the channel takes so long that this thread is
    // interrupted, which must not hide the term's failure.
    try (freed;
        channel) {
      context.metrics().heldNothing();
      if (current != null && !failed) {
        requireSuccess(current, wasAlive);
      }
    }
  }

  /**
   * Throws if the term failed, unless the trainer survives that failure, or if it left something
   * unpublished. No thread fails if the publisher is stopped while it waits for the schema
   * registry.
   *
   * @param wasAlive whether the term had not failed before it was closed
   */
  private void requireSuccess(Term closed, boolean wasAlive) throws Exception {
    Throwable cause = closed.failure().orElse(null);
    if (wasAlive && !closed.isPublished()) {
      throw new UnpublishedException(context.known().version(), cause);
    }
    if (cause != null && (wasAlive || !isRecoverable(cause, closed))) {
      rethrow(cause);
    }
  }

  private static void rethrow(Throwable cause) throws Exception {
    if (cause instanceof Error error) {
      throw error;
    }
    throw (Exception) cause;
  }

  private boolean isFormerTermOver() {
    Term former = terms.former();
    if (former == null) {
      return true;
    }
    if (!former.isOver()) {
      context
          .monitor()
          .degrade(
              FORMER_TERM,
              "a step or commit of the former term has not ended; the next term waits for it");
      return false;
    }
    terms.forgetFormer();
    // A leader answers each command that it finds between its terms; another one does not.
    unanswered = leadsSinceTerm ? former.unanswered() : OperatorCommands.Unanswered.NONE;
    context.metrics().heldNothing();
    context.monitor().recover(FORMER_TERM);
    return true;
  }

  private boolean startTerm() throws Exception {
    if (progress == null) {
      throw new IllegalStateException("onStart was not called");
    }
    TermStarter.Outcome outcome;
    try {
      outcome = new TermStarter(context, this::model, progress, diverged, unanswered).start();
    } catch (OpenTransactionException e) {
      if (context.settings().epochs() > 0 || context.settings().exitAtEnd()) {
        throw e;
      }
      // An endless run outlasts a producer that died inside a transaction.
      context.monitor().degrade(START, String.valueOf(e.getMessage()));
      return true;
    }
    context.monitor().recover(START);
    if (outcome instanceof TermStarter.Started started) {
      diverged = started.diverged();
      divergedAfter = context.known().version();
      terms.started(started.term());
      leadsSinceTerm = true;
    } else if (outcome instanceof TermStarter.RetryLater later) {
      pauseAfterDivergence(later.version(), later.diverged());
    }
    return !(outcome instanceof TermStarter.NothingToDo);
  }

  /** Starts a pause before the same records are trained again, and reports it. */
  private void pauseAfterDivergence(long version, int times) {
    diverged = times;
    divergedAfter = version;
    pause = context.timing().diverged(times);
    pausedAt = nanoTime.getAsLong();
    String sentence =
        "training diverged after version "
            + version
            + " with this spec ("
            + times
            + (times == 1 ? " time" : " times")
            + "); the next attempt is in "
            + pause.toSeconds()
            + " s. Lower the learning rate or set training.max_grad_norm, and start again";
    context.monitor().degrade(DIVERGED, sentence);
    context.listener().onNotice(sentence);
  }

  private boolean endTerm(Term over) throws Exception {
    Throwable cause = over.failure().orElse(null);
    if (cause == null) {
      if (!over.isFinished()) {
        throw new IllegalStateException("the term ended before its plan was done");
      }
      if (over.needsNewTerm()) {
        // All that it trained is published, and its threads have ended.
        terms.discard();
        return true;
      }
      sendPhase(TrainerPhase.FINISHED);
      return false;
    }
    if (cause instanceof FencedException && awaitsRevocation()) {
      return true;
    }
    if (cause instanceof DivergedException && isRecoverable(cause, over)) {
      context.listener().onNotice(String.valueOf(cause.getMessage()));
      terms.discard();
      pauseAfterDivergence(divergedAfter, diverged + 1);
      return true;
    }
    sendPhase(TrainerPhase.FAILED);
    failed = true;
    rethrow(cause);
    return false;
  }

  /**
   * Whether the trainer survives the failure of its term. It does if it was fenced, or if training
   * diverged again on records on which it had diverged before.
   */
  private boolean isRecoverable(@Nullable Throwable cause, Term over) {
    return cause instanceof FencedException
        || (cause instanceof DivergedException && diverged > 0 && !over.ends());
  }

  /** Whether to wait for the revocation that follows when a newer leader fences this one. */
  private boolean awaitsRevocation() {
    long now = nanoTime.getAsLong();
    if (fencedAt == null) {
      fencedAt = now;
    }
    return now - fencedAt < context.timing().fenced().toNanos();
  }

  private void sendPhase(TrainerPhase phase) {
    if (progress != null) {
      progress.sendPhase(phase);
    }
  }
}
