package dev.tidemill.inference;

import dev.tidemill.runtime.Duty;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Polls for serving threads whose engine computes for long, so that they stay in the group. See
 * {@link RequestLoop}.
 */
final class KeepAliveDuty implements Duty {
  private static final long INTERVAL_MILLIS = 500;

  private final String roleName;
  private final List<RequestLoop> loops;
  private final CountDownLatch stopping = new CountDownLatch(1);

  KeepAliveDuty(String roleName, List<RequestLoop> loops) {
    this.roleName = roleName;
    this.loops = List.copyOf(loops);
  }

  @Override
  public String roleName() {
    return roleName;
  }

  @Override
  public boolean doWork() throws InterruptedException {
    loops.forEach(RequestLoop::keepAlive);
    return !stopping.await(INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
  }

  @Override
  public void wakeUp() {
    stopping.countDown();
  }
}
