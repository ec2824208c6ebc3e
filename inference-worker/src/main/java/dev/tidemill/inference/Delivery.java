package dev.tidemill.inference;

/**
 * Brings rounds to the log in the order in which they were sent, and their offsets with or after
 * their answers. A round is in the making from its sending until it is committed; no more than
 * {@link #ROUNDS} are at a time. All but what a round's end calls is for one thread, the
 * consumer's.
 */
interface Delivery extends AutoCloseable {
  /** One that commits, and one that is sent meanwhile: a third would wait for both all the same. */
  int ROUNDS = 2;

  /**
   * Begins, or begins anew after a failure: what was in the making is committed or given up when
   * this returns.
   */
  void restart();

  /** Whether a round may be sent now. */
  boolean hasRoom();

  /**
   * Begins to deliver a round, for which there has to be room, and returns while it is on its way.
   *
   * @throws RuntimeException whatever kept it from being sent; the owner restarts
   */
  void send(Round round);

  /**
   * Looks at what became of the rounds, without waiting.
   *
   * @return whether some were committed since the last time
   * @throws RuntimeException whatever kept the first that failed from being committed; those after
   *     it are not committed either, and the owner restarts
   */
  boolean settle();

  /** Waits until the oldest round in the making is committed or has failed. */
  void awaitOldest() throws InterruptedException;

  /**
   * Waits until no round is in the making any more, because partitions go; a failure is told by the
   * next {@link #settle}.
   */
  void finish() throws InterruptedException;

  /** Finishes what is in the making. */
  @Override
  void close();
}
