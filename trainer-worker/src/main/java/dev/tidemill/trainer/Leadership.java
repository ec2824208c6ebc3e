package dev.tidemill.trainer;

import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.TrainableModel;
import dev.tidemill.messaging.RecordPolicy;
import dev.tidemill.messaging.TopicAdmin;
import dev.tidemill.runtime.Health;
import dev.tidemill.schemas.Topics;
import dev.tidemill.schemas.TrainerPhase;
import java.util.Collection;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Whoever holds the one partition of {@code control} leads; the others stand by with the engine
 * loaded and the model made. Losing the partition ends the term at once: what was not published is
 * the next leader's to train again. What the records on the topic say does not matter here.
 */
final class Leadership implements RecordPolicy {
  private final TrainerContext context;
  private @Nullable TrainableModel model;
  private @Nullable ProgressChannel progress;
  private volatile @Nullable Term term;
  private volatile boolean leads;

  Leadership(TrainerContext context) {
    this.context = context;
  }

  /** How the trainer is, as long as its thread is well. Any thread. */
  Health health() {
    String model = context.settings().model();
    Term current = term;
    if (current == null) {
      return leads
          ? Health.starting("begins to lead the training of model " + model)
          : Health.standby("stands by for model " + model);
    }
    Health health = current.health();
    return health.isAlive() ? Health.ready("trains model " + model) : health;
  }

  @Override
  public void onStart() {
    requireTopics();
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

  @Override
  public void onRevoked(Collection<TopicPartition> partitions, boolean lost) {
    if (partitions.isEmpty()) {
      return;
    }
    leads = false;
    Term ended = term;
    if (ended != null) {
      ended.discard();
      if (!ended.isOver()) {
        throw new IllegalStateException("a term that is lost does not end");
      }
      term = null;
      context
          .listener()
          .onNotice(
              context.settings().worker()
                  + " no longer leads; what it had not published is left to the next leader");
      tell(TrainerPhase.STANDBY);
    }
  }

  @Override
  public boolean onRecords(ConsumerRecords<byte[], byte[]> records) throws Exception {
    if (!leads) {
      return true;
    }
    Term current = term;
    if (current == null) {
      return begin();
    }
    if (!current.isOver()) {
      return true;
    }
    return end(current);
  }

  @Override
  public void onClose() {
    // Leaving the group revokes the partition: there is no term left to be discarded then.
    Term current = term;
    term = null;
    if (current != null) {
      current.close();
    }
    if (progress != null) {
      progress.close();
    }
    // A step that does not end still uses the model's memory.
    if (model != null && (current == null || current.isOver())) {
      model.close();
    }
  }

  private boolean begin() throws Exception {
    if (model == null || progress == null) {
      throw new IllegalStateException("a term before the start");
    }
    Optional<Term> begun = new TermBeginning(context, model, progress).begin();
    term = begun.orElse(null);
    return begun.isPresent();
  }

  private boolean end(Term over) throws Exception {
    Throwable cause = over.health().cause();
    if (cause != null) {
      tell(TrainerPhase.FAILED);
      if (cause instanceof Error error) {
        throw error;
      }
      throw (Exception) cause;
    }
    if (!over.isFinished()) {
      throw new IllegalStateException("the term has ended before its work was done");
    }
    tell(TrainerPhase.FINISHED);
    return false;
  }

  private void requireTopics() {
    try (TopicAdmin admin = new TopicAdmin(context.clients(), context.clientId("admin"))) {
      admin.reach(TopicAdmin.REACH_TIMEOUT);
      admin.require(
          context.topics(),
          context.settings().model(),
          Topics.Name.BATCHES,
          Topics.Name.CHECKPOINTS,
          Topics.Name.CHECKPOINT_CHUNKS,
          Topics.Name.PROGRESS,
          Topics.Name.CONTROL,
          Topics.Name.DEAD_LETTERS);
    }
  }

  private void tell(TrainerPhase phase) {
    if (progress != null) {
      progress.tell(phase);
    }
  }
}
