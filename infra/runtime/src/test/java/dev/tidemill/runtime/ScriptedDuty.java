package dev.tidemill.runtime;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** A duty that follows a test's script and records its calls. */
final class ScriptedDuty implements Duty {
  private final String roleName;
  private final List<String> calls = new CopyOnWriteArrayList<>();
  private final Semaphore wakeUps = new Semaphore(0);
  private int left = Integer.MAX_VALUE;
  private boolean blocks;
  private boolean deaf;
  private boolean stubborn;
  private @Nullable CountDownLatch mayClose;
  private @Nullable Throwable failure;
  private Runnable whenWoken = () -> {};
  private volatile String threadName = "";
  private volatile boolean waiting;

  ScriptedDuty(String roleName) {
    this.roleName = roleName;
  }

  ScriptedDuty endingAfter(int works) {
    left = works;
    return this;
  }

  ScriptedDuty blocking() {
    blocks = true;
    return this;
  }

  ScriptedDuty deaf() {
    deaf = true;
    return this;
  }

  /** Makes the duty ignore interrupts until it is released. */
  ScriptedDuty stubborn() {
    stubborn = true;
    return this;
  }

  /** Makes onClose wait for {@link #letClose}. */
  ScriptedDuty closingWhenTold() {
    mayClose = new CountDownLatch(1);
    return this;
  }

  void letClose() {
    if (mayClose != null) {
      mayClose.countDown();
    }
  }

  void waiting(boolean now) {
    waiting = now;
  }

  @Override
  public boolean isWaiting() {
    return waiting;
  }

  /** Ends one wait of doWork. */
  void release() {
    wakeUps.release();
  }

  ScriptedDuty whenWoken(Runnable action) {
    whenWoken = action;
    return this;
  }

  ScriptedDuty failingWith(Throwable what) {
    failure = what;
    return this;
  }

  List<String> calls() {
    return calls;
  }

  String threadName() {
    return threadName;
  }

  @Override
  public String roleName() {
    return roleName;
  }

  @Override
  public void onStart() {
    calls.add("start");
    threadName = Thread.currentThread().getName();
  }

  @Override
  public boolean doWork() throws Exception {
    calls.add("work");
    if (failure instanceof Exception exception) {
      throw exception;
    }
    if (failure instanceof Error error) {
      throw error;
    }
    if (blocks && stubborn) {
      wakeUps.acquireUninterruptibly();
    } else if (blocks) {
      wakeUps.acquire();
    }
    left--;
    return left > 0;
  }

  @Override
  public void onClose() throws Exception {
    if (mayClose != null) {
      mayClose.await();
    }
    calls.add("close");
  }

  @Override
  public void wakeUp() {
    if (!deaf) {
      whenWoken.run();
      calls.add("woken");
      wakeUps.release();
    }
  }
}
