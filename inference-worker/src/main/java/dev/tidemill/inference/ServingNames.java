package dev.tidemill.inference;

import java.util.Optional;

/**
 * The names of an inference worker's clients. Other workers find the owner of a transaction by
 * them.
 *
 * @param worker the worker's name, unique among the model's workers
 */
record ServingNames(String model, String worker) {
  /** Transactions alternate between two producers. */
  static final int PRODUCERS_PER_THREAD = 2;

  private static final String REQUESTS = "-requests-";

  /** Returns the consumer group in which a model's inference workers share its requests. */
  static String group(String model) {
    return "tidemill-" + model + "-inference";
  }

  String group() {
    return group(model);
  }

  /** Returns the client id of a serving thread's consumer, by which the group identifies it. */
  String requestsClient(int thread) {
    return worker + REQUESTS + thread;
  }

  /**
   * Returns the transactional id of one of a serving thread's producers. No model's name contains a
   * dot, so no other model's ids begin with this one's prefix.
   */
  String transactionalId(int thread, int number) {
    return prefix() + worker + "." + (PRODUCERS_PER_THREAD * thread + number);
  }

  /**
   * Returns the {@link #requestsClient} that owns a transactional id; empty for other models' ids.
   */
  Optional<String> ownerOf(String transactionalId) {
    int dot = transactionalId.lastIndexOf('.');
    if (!transactionalId.startsWith(prefix()) || dot < prefix().length()) {
      return Optional.empty();
    }
    try {
      int number = Integer.parseInt(transactionalId.substring(dot + 1));
      String owner = transactionalId.substring(prefix().length(), dot);
      return Optional.of(owner + REQUESTS + number / PRODUCERS_PER_THREAD);
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private String prefix() {
    return group() + ".";
  }
}
