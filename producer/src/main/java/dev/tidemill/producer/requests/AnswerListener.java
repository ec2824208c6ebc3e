package dev.tidemill.producer.requests;

/** Hears answers as they come; called on the threads that ask and that listen. */
public interface AnswerListener {
  /** The first answer to one of the requests. */
  void answered(Answer answer);

  /** Requests were given up, since no answer came in time. */
  default void missing(int requests) {}

  /** A sample of a stream could not be used and was left out. */
  void refused(String reason);
}
