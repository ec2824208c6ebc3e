package dev.tidemill.inference;

import dev.tidemill.runtime.Duty;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;

/** Serves requests once a version is loaded. Does not join the group before that. */
final class ServingDuty implements Duty {
  private final RequestLoop loop;
  private final CountDownLatch firstVersion;
  private final BooleanSupplier isLoaded;
  private final Runnable prepare;
  private boolean serves;

  /**
   * Creates the duty.
   *
   * @param firstVersion counted down when a version is loaded
   * @param isLoaded whether a version is loaded; false if the wait ended because the worker ends
   * @param prepare what can be done while the first version is loaded
   */
  ServingDuty(
      RequestLoop loop, CountDownLatch firstVersion, BooleanSupplier isLoaded, Runnable prepare) {
    this.loop = loop;
    this.firstVersion = firstVersion;
    this.isLoaded = isLoaded;
    this.prepare = prepare;
  }

  @Override
  public String roleName() {
    return loop.roleName();
  }

  @Override
  public void onStart() throws Exception {
    prepare.run();
    firstVersion.await();
    serves = isLoaded.getAsBoolean();
    if (serves) {
      loop.onStart();
    }
  }

  @Override
  public boolean doWork() throws Exception {
    return serves && loop.doWork();
  }

  @Override
  public void onClose() throws Exception {
    loop.onClose();
  }

  @Override
  public void wakeUp() {
    firstVersion.countDown();
    loop.wakeUp();
  }
}
