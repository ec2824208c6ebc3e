package dev.tidemill.trainer;

import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.TrainableModel;
import dev.tidemill.messaging.FencedException;
import dev.tidemill.messaging.RecordPolicy;
import dev.tidemill.runtime.Health;
import dev.tidemill.schemas.TrainerPhase;
import java.time.Duration;
import java.util.Collection;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Whoever holds the one partition of {@code control} leads; the others stand by with the engine
 * loaded and the model made. Losing the partition discards the term: what was not published is the
 * next leader's to train again. No other term begins before the discarded one is over, threads that
 * were abandoned included: they may still write to the model. What the records on the topic say
 * does not matter here.
 */
final class Leadership implements RecordPolicy {
  private static final String FORMER_TERM = "former term";
  private static final String DIVERGED = "diverged";

  private final TrainerContext context;
  private final LongSupplier nanoTime = System::nanoTime;
  private @Nullable TrainableModel model;
  private @Nullable ProgressChannel progress;
  private volatile @Nullable Term term;
  private volatile @Nullable Term discarded;
  private volatile boolean leads;
  private volatile boolean gaveUp;
  private volatile int diverged;
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
   * Says how a trainer is whose threads are well. Any thread.
   *
   * @param threads the health of the trainer's own threads
   */
  Health refine(Health threads) {
    if (threads.state() != Health.State.READY) {
      return threads;
    }
    String model = context.settings().model();
    Term current = term;
    if (current == null) {
      return leads
          ? Health.starting("begins to lead the training of model " + model)
          : Health.standby("stands by for model " + model);
    }
    Health health = current.health();
    if (health.isAlive()) {
      return Health.ready("trains model " + model);
    }
    return isSurvived(health.cause(), current)
        ? Health.starting("has lost its term over model " + model + ": " + health.detail())
        : health;
  }

  @Override
  public void onStart() {
    context.firstLook();
    // Stand-bys are hot: natives are loaded and memory is taken before there is anything to do.
    model =
        context
            .job()
            .engine()
            .create(
                ModelState.initial(context.job().spec(), context.job().spec().training().seed()),
                context.settings().engineThreads());
    progress = new ProgressChannel(context);
    tell(TrainerPhase.STANDBY);
    context.listener().onNotice(context.settings().worker() + " stands by");
  }

  @Override
  public void onAssigned(Collection<TopicPartition> partitions) {
    leads |= !partitions.isEmpty();
  }

  /** Returns at once: a step may take longer than the group waits for its members. */
  @Override
  public void onRevoked(Collection<TopicPartition> partitions, boolean lost) {
    if (partitions.isEmpty() || closed) {
      return;
    }
    leads = false;
    fencedAt = null;
    pause = Duration.ZERO;
    context.monitor().recover(DIVERGED);
    discard();
    context
        .listener()
        .onNotice(
            context.settings().worker()
                + " no longer leads: "
                + (lost
                    ? "the group gave its place to another trainer, because it was silent for longer"
                        + " than session.timeout.ms or was removed"
                    : "the group took its place back")
                + "; what it had not published is left to the next leader");
    tell(TrainerPhase.STANDBY);
  }

  /** Ends the term without publishing anything more, and begins no other. Any thread. */
  void giveUp() {
    gaveUp = true;
    discard();
  }

  private synchronized void discard() {
    Term ended = term;
    if (ended != null) {
      discarded = ended;
      term = null;
      ended.discard();
    }
  }

  @Override
  public boolean onRecords(ConsumerRecords<byte[], byte[]> records) throws Exception {
    if (!isFormerTermOver() || !leads || gaveUp) {
      return true;
    }
    Term current = term;
    if (current == null) {
      return nanoTime.getAsLong() - pausedAt < pause.toNanos() || begin();
    }
    if (context.known().version() > divergedAfter) {
      diverged = 0;
      context.monitor().recover(DIVERGED);
    }
    return !current.hasEnded() || end(current);
  }

  @Override
  public void onClose() throws Exception {
    // Leaving the group revokes the partition: there is no term left to be discarded then.
    closed = true;
    Term current = term;
    boolean wasAlive = current != null && !failed && current.health().isAlive();
    // No term begins before the one before it is over, so that there is one of them at most.
    Term last = current == null ? discarded : current;
    term = null;
    if (last != null) {
      last.close();
    }
    if (progress != null) {
      progress.close();
    }
    // A step that does not end still uses the model's memory.
    if (model != null && (last == null || last.isOver())) {
      model.close();
    }
    context.metrics().heldNothing();
    if (current != null && wasAlive) {
      requirePublished(current);
    }
  }

  /** Being asked to end is no failure, but what is lost by it is. */
  private void requirePublished(Term closed) throws Exception {
    Throwable cause = closed.failure().orElse(null);
    if (cause != null && !closed.isPublished()) {
      throw new UnpublishedException(context.known().version(), cause);
    }
    if (cause != null) {
      throwOn(cause);
    }
  }

  private static void throwOn(Throwable cause) throws Exception {
    if (cause instanceof Error error) {
      throw error;
    }
    throw (Exception) cause;
  }

  private boolean isFormerTermOver() {
    Term former = discarded;
    if (former == null) {
      return true;
    }
    if (!former.isOver()) {
      context
          .monitor()
          .degrade(FORMER_TERM, "a step or commit of the term that was lost has not ended yet");
      return false;
    }
    discarded = null;
    context.metrics().heldNothing();
    context.monitor().recover(FORMER_TERM);
    return true;
  }

  private boolean begin() throws Exception {
    if (model == null || progress == null) {
      throw new IllegalStateException("a term before the start");
    }
    TermStarter.Outcome outcome = new TermStarter(context, model, progress, diverged).begin();
    if (outcome instanceof TermStarter.Begun begun) {
      diverged = begun.diverged();
      divergedAfter = context.known().version();
      term = begun.term();
      if (gaveUp) {
        discard();
      }
    } else if (outcome instanceof TermStarter.Later later) {
      pauseAfterDivergence(later.version(), later.diverged());
    }
    return !(outcome instanceof TermStarter.Nothing);
  }

  /** Records that made training diverge may do so again: they are not tried again at once. */
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
            + "); it is tried again in "
            + pause.toSeconds()
            + " s. Lower the learning rate, or set training.max_grad_norm, and start again";
    context.monitor().degrade(DIVERGED, sentence);
    context.listener().onNotice(sentence);
  }

  private boolean end(Term over) throws Exception {
    Throwable cause = over.failure().orElse(null);
    if (cause == null) {
      if (!over.isFinished()) {
        throw new IllegalStateException("the term has ended before its work was done");
      }
      tell(TrainerPhase.FINISHED);
      return false;
    }
    if (cause instanceof FencedException && isStillBeingReplaced()) {
      return true;
    }
    if (cause instanceof DivergedException && isSurvived(cause, over)) {
      context.listener().onNotice(String.valueOf(cause.getMessage()));
      discard();
      pauseAfterDivergence(divergedAfter, diverged + 1);
      return true;
    }
    tell(TrainerPhase.FAILED);
    failed = true;
    throwOn(cause);
    return false;
  }

  /**
   * Whether the trainer may live on after its term has failed: it was fenced, or trained records
   * again on which training was known to diverge.
   */
  private boolean isSurvived(@Nullable Throwable cause, Term over) {
    return cause instanceof FencedException
        || (cause instanceof DivergedException && diverged > 0 && !over.ends());
  }

  /** Fenced by a newer leader, of which the group may tell a moment later. */
  private boolean isStillBeingReplaced() {
    long now = nanoTime.getAsLong();
    if (fencedAt == null) {
      fencedAt = now;
    }
    return now - fencedAt < context.timing().fenced().toNanos();
  }

  private void tell(TrainerPhase phase) {
    if (progress != null) {
      progress.tell(phase);
    }
  }
}
