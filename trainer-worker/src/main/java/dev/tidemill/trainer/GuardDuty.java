package dev.tidemill.trainer;

import dev.tidemill.messaging.TopicGuard;
import dev.tidemill.runtime.Duty;

/**
 * Runs the topic guard on its own thread. If a topic was deleted or recreated, the guard fails, and
 * this duty ends the term, so that nothing more is published.
 */
final class GuardDuty implements Duty {
  private final TrainerContext context;
  private final TopicGuard guard;
  private final Leadership leadership;

  GuardDuty(TrainerContext context, Leadership leadership) {
    this.context = context;
    this.guard = context.guard();
    this.leadership = leadership;
  }

  @Override
  public String roleName() {
    return guard.roleName();
  }

  @Override
  public void onStart() throws Exception {
    context.checkTopics();
  }

  @Override
  public boolean doWork() throws Exception {
    try {
      return guard.doWork();
    } catch (RuntimeException e) {
      leadership.giveUp();
      throw e;
    }
  }

  @Override
  public void onClose() throws Exception {
    guard.onClose();
  }

  @Override
  public void wakeUp() {
    guard.wakeUp();
  }
}
