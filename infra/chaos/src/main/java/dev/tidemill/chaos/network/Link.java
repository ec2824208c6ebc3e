package dev.tidemill.chaos.network;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * The connections of one worker to all brokers, and what happens to them now. At most one fault is
 * active. Any thread.
 */
public final class Link implements AutoCloseable {
  private static final long NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

  /** What happens to the connections. */
  enum State {
    PASSES,
    REFUSES,
    SLOW,
    DELAYS,
    SILENT,
    HOLDS_NEXT_END
  }

  private final String name;
  private final List<Proxy> proxies = new ArrayList<>();
  private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
  private State state = State.PASSES;
  private long amount;
  private boolean held;
  private long lastEndNanos = Long.MIN_VALUE;

  /**
   * @param name of its threads
   */
  public Link(String name) {
    this.name = name;
  }

  /**
   * Listens on a free port of 127.0.0.1 and passes each connection on.
   *
   * @param targetPort of 127.0.0.1
   * @return the port that the worker connects to
   */
  public int open(int targetPort) throws IOException {
    Proxy proxy = new Proxy(this, targetPort);
    synchronized (this) {
      proxies.add(proxy);
    }
    return proxy.port();
  }

  /**
   * Resets all connections, and refuses new ones until {@link #restore}.
   *
   * @return how many there were
   */
  public int cut() {
    change(State.REFUSES, 0);
    return reset();
  }

  /** Lets at most this many bytes a second pass on each connection in each direction. */
  public int slow(long bytesPerSecond) {
    return change(State.SLOW, bytesPerSecond);
  }

  /** Makes each piece of data wait. */
  public int delay(long millis) {
    return change(State.DELAYS, millis);
  }

  /**
   * Lets nothing pass and closes the brokers' ends of the connections, while the worker's ends stay
   * open. New connections are accepted, and are as silent.
   */
  public int halfOpen() {
    int open = change(State.SILENT, 0);
    connections.forEach(Connection::closeBrokersEnd);
    return open;
  }

  /**
   * Delivers the next request that ends a transaction late, even if the worker has closed the
   * connection since. Only one is held.
   */
  public int holdNextEnd(long millis) {
    return change(State.HOLDS_NEXT_END, millis);
  }

  /**
   * Ends the fault.
   *
   * @return whether a request was held since {@link #holdNextEnd}
   */
  public synchronized boolean restore() {
    boolean wasSilent = state == State.SILENT;
    state = State.PASSES;
    notifyAll();
    if (wasSilent) {
      // What was sent meanwhile is gone, so these connections cannot continue.
      int unused = reset();
    }
    return held;
  }

  /** Whether no fault is active. */
  public synchronized boolean isWell() {
    return state == State.PASSES;
  }

  /** Returns the {@link System#nanoTime} of the last request that ended a transaction. */
  public synchronized long lastEndNanos() {
    return lastEndNanos;
  }

  private synchronized int change(State to, long by) {
    state = to;
    amount = by;
    held = false;
    notifyAll();
    return connections.size();
  }

  private int reset() {
    int count = connections.size();
    connections.forEach(Connection::reset);
    return count;
  }

  String name() {
    return name;
  }

  synchronized State state() {
    return state;
  }

  void add(Connection connection) {
    connections.add(connection);
  }

  void remove(Connection connection) {
    connections.remove(connection);
  }

  /**
   * Waits before a piece of data may pass.
   *
   * @param bytes its length
   * @return whether it may pass; otherwise it is lost
   */
  synchronized boolean admit(int bytes) throws InterruptedException {
    switch (state) {
      case SLOW -> awaitChange(State.SLOW, bytes * NANOS_PER_SECOND / Math.max(1, amount));
      case DELAYS -> awaitChange(State.DELAYS, TimeUnit.MILLISECONDS.toNanos(amount));
      default -> {}
    }
    return state != State.SILENT;
  }

  /** Waits if this request that ends a transaction is the one to hold. */
  void admitEnd() throws InterruptedException {
    long nanos;
    synchronized (this) {
      lastEndNanos = System.nanoTime();
      if (state != State.HOLDS_NEXT_END || held) {
        return;
      }
      held = true;
      nanos = TimeUnit.MILLISECONDS.toNanos(amount);
    }
    // Not shortened by the end of the fault.
    TimeUnit.NANOSECONDS.sleep(nanos);
  }

  private void awaitChange(State from, long nanos) throws InterruptedException {
    long deadline = System.nanoTime() + nanos;
    for (long left = nanos; state == from && left > 0; left = deadline - System.nanoTime()) {
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
  }

  /** Closes all connections and ports. */
  @Override
  public void close() {
    synchronized (this) {
      state = State.REFUSES;
      notifyAll();
      proxies.forEach(Proxy::close);
    }
    int unused = reset();
  }
}
