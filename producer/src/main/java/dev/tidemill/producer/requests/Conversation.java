package dev.tidemill.producer.requests;

import dev.tidemill.producer.source.Sample;
import dev.tidemill.schemas.Prediction;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * The state shared by the thread that sends requests and the thread that reads answers. Any thread.
 *
 * <p>No request is sent before the reading thread is ready, because it reads answers from the end
 * of the topic at that time.
 */
final class Conversation {
  private final String caller = UUID.randomUUID().toString();
  private final AnswerLedger ledger;
  private final AnswerListener listener;
  private volatile boolean listenerReady;
  private volatile boolean stopped;
  private volatile boolean allSent;

  Conversation(RequestSettings settings, AnswerListener listener) {
    this.ledger = new AnswerLedger(settings);
    this.listener = listener;
  }

  /** A unique name of this caller, for the header of its requests. */
  String caller() {
    return caller;
  }

  /** Called once the reading thread has its start offsets. */
  void listenerReady() {
    listenerReady = true;
  }

  /** Whether another request may be sent now. */
  boolean canSend() {
    return listenerReady && ledger.hasRoom();
  }

  /** Asks the sending thread to stop. */
  void stop() {
    stopped = true;
  }

  boolean isStopped() {
    return stopped;
  }

  /** Called after the last request. */
  void allSent() {
    allSent = true;
  }

  boolean isAllSent() {
    return allSent;
  }

  void sending(Sample sample, String key, long nanos) {
    ledger.sent(sample, key, nanos);
  }

  void refused(String reason) {
    ledger.refused();
    listener.refused(reason);
  }

  /** Records an answer; returns false if no such request was sent. */
  boolean answered(long index, Prediction prediction, long nanos) {
    AnswerLedger.Receipt receipt = ledger.answered(index, prediction, nanos);
    Answer first = receipt.answer();
    if (first != null) {
      listener.answered(first);
    } else if (receipt.kind() != AnswerLedger.Kind.UNKNOWN) {
      listener.repeated(prediction);
    }
    return receipt.kind() != AnswerLedger.Kind.UNKNOWN;
  }

  /** Marks requests as overdue whose timeout has passed. */
  void expire(long nanos) {
    List<MissingAnswer> missing = new ArrayList<>();
    int overdue = ledger.expire(nanos, missing);
    if (overdue > 0) {
      listener.overdue(overdue);
    }
    missing.forEach(listener::missing);
  }

  /** Reports all unanswered requests as missing; no more answers will be read. */
  void close(long nanos) {
    ledger.close(nanos).forEach(listener::missing);
  }

  int outstanding() {
    return ledger.outstanding();
  }

  AnswerSummary summary() {
    return ledger.summary();
  }
}
