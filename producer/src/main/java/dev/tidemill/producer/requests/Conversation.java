package dev.tidemill.producer.requests;

import dev.tidemill.producer.source.Sample;
import dev.tidemill.schemas.Prediction;
import java.util.UUID;

/**
 * What the asking and the listening thread know of each other. Any thread.
 *
 * <p>Order: nothing is asked before somebody listens, since answers are read from the end of the
 * topic as it was when listening began.
 */
final class Conversation {
  private final String caller = UUID.randomUUID().toString();
  private final AnswerLedger ledger = new AnswerLedger();
  private final int mostOutstanding;
  private final AnswerListener listener;
  private volatile boolean listening;
  private volatile boolean askedEnough;
  private volatile boolean askedAll;

  Conversation(int mostOutstanding, AnswerListener listener) {
    this.mostOutstanding = mostOutstanding;
    this.listener = listener;
  }

  /** Names the caller in its requests' headers. */
  String caller() {
    return caller;
  }

  void listening() {
    listening = true;
  }

  /** Whether another request may be sent now. */
  boolean mayAsk() {
    return listening && ledger.outstanding() < mostOutstanding;
  }

  /** No more requests are wanted. */
  void enough() {
    askedEnough = true;
  }

  boolean isAskedEnough() {
    return askedEnough;
  }

  /** No more requests will come. */
  void askedAll() {
    askedAll = true;
  }

  boolean isAskedAll() {
    return askedAll;
  }

  void asking(Sample sample, String key, long nanos) {
    ledger.asked(sample, key, nanos);
  }

  void refused(String reason) {
    listener.refused(reason);
  }

  void answered(long place, Prediction prediction, long nanos) {
    ledger.answered(place, prediction, nanos).ifPresent(listener::answered);
  }

  void giveUp(long sentBeforeNanos) {
    int missing = ledger.giveUp(sentBeforeNanos);
    if (missing > 0) {
      listener.missing(missing);
    }
  }

  int outstanding() {
    return ledger.outstanding();
  }

  AnswerSummary summary() {
    return ledger.summary();
  }
}
