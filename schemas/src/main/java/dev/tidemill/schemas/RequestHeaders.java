package dev.tidemill.schemas;

/** The headers of a {@link PredictionRequest} that workers act on. Answers repeat all headers. */
public final class RequestHeaders {
  /**
   * Until when an answer is of use, in milliseconds since 1970, as decimal digits in ASCII. A
   * request whose deadline has passed gets an error instead of a late answer.
   */
  public static final String DEADLINE = "tidemill-deadline";

  private RequestHeaders() {}
}
