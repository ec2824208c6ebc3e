package dev.tidemill.inference;

import dev.tidemill.runtime.Duty;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;

/** Serves requests once there is a version to serve; before that it does not join the group. */
final class ServingDuty implements Duty {
  private final RequestLoop loop;
  private final CountDownLatch goOn;
  private final BooleanSupplier isLoaded;
  private final Runnable prepare;
  private boolean serves;

  /**
   * Waits before the loop begins.
   *
   * @param goOn counted down when a version is loaded
   * @param isLoaded whether one is; false where the wait was ended because the worker ends
   * @param prepare what can be done while the first version is loaded
   */
  ServingDuty(RequestLoop loop, CountDownLatch goOn, BooleanSupplier isLoaded, Runnable prepare) {
    this.loop = loop;
    this.goOn = goOn;
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
    goOn.await();
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
    goOn.countDown();
    loop.wakeUp();
  }
}
