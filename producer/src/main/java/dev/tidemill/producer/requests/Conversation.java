package dev.tidemill.producer.requests;

import dev.tidemill.producer.source.Sample;
import dev.tidemill.schemas.Prediction;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * What the asking and the listening thread know of each other. Any thread.
 *
 * <p>Order: nothing is asked before somebody listens, since answers are read from the end of the
 * topic as it was when listening began.
 */
final class Conversation {
  private final String caller = UUID.randomUUID().toString();
  private final AnswerLedger ledger;
  private final AnswerListener listener;
  private volatile boolean listening;
  private volatile boolean askedEnough;
  private volatile boolean askedAll;

  Conversation(RequestSettings settings, AnswerListener listener) {
    this.ledger = new AnswerLedger(settings);
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
    return listening && ledger.hasRoom();
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
    ledger.refused();
    listener.refused(reason);
  }

  /** Notes an answer; false if it answers nothing that was asked. */
  boolean answered(long place, Prediction prediction, long nanos) {
    AnswerLedger.Receipt receipt = ledger.answered(place, prediction, nanos);
    Answer first = receipt.answer();
    if (first != null) {
      listener.answered(first);
    } else if (receipt.kind() != AnswerLedger.Kind.UNKNOWN) {
      listener.repeated(prediction);
    }
    return receipt.kind() != AnswerLedger.Kind.UNKNOWN;
  }

  /** Takes requests whose time-out has passed as overdue. */
  void expire(long nanos) {
    List<MissingAnswer> missing = new ArrayList<>();
    int overdue = ledger.expire(nanos, missing);
    if (overdue > 0) {
      listener.overdue(overdue);
    }
    missing.forEach(listener::missing);
  }

  /** No more answers will be read. */
  void heardAll(long nanos) {
    ledger.close(nanos).forEach(listener::missing);
  }

  int outstanding() {
    return ledger.outstanding();
  }

  AnswerSummary summary() {
    return ledger.summary();
  }
}
