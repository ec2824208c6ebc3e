package dev.tidemill.producer.requests;

/** Hears answers as they come; called on the threads that ask and that listen. */
public interface AnswerListener {
  /** The first answer to one of the requests. */
  void answered(Answer answer);

  /** A sample of a stream could not be used and was left out. */
  void refused(String reason);
}
