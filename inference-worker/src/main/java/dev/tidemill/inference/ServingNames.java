package dev.tidemill.inference;

import java.util.Optional;

/**
 * What an inference worker's clients are called. Others tell by them whose a transaction is.
 *
 * @param worker the worker's name, its own among the model's
 */
record ServingNames(String model, String worker) {
  /** Two take turns. */
  static final int PRODUCERS_A_THREAD = 2;

  private static final String REQUESTS = "-requests-";

  /** The consumer group that a model's inference workers share its requests in. */
  static String group(String model) {
    return "tidemill-" + model + "-inference";
  }

  String group() {
    return group(model);
  }

  /** Client id of a serving thread's consumer, by which the group knows it. */
  String requestsClient(int thread) {
    return worker + REQUESTS + thread;
  }

  /**
   * Transactional id of one of a serving thread's producers. No model's name holds a dot, so that
   * no other model's ids begin with this one's prefix.
   */
  String transactionalId(int thread, int number) {
    return prefix() + worker + "." + (PRODUCERS_A_THREAD * thread + number);
  }

  /** The {@link #requestsClient} that an id of this model belongs to; empty if it is no such id. */
  Optional<String> ownerOf(String transactionalId) {
    int dot = transactionalId.lastIndexOf('.');
    if (!transactionalId.startsWith(prefix()) || dot < prefix().length()) {
      return Optional.empty();
    }
    try {
      int number = Integer.parseInt(transactionalId.substring(dot + 1));
      String owner = transactionalId.substring(prefix().length(), dot);
      return Optional.of(owner + REQUESTS + number / PRODUCERS_A_THREAD);
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private String prefix() {
    return group() + ".";
  }
}
