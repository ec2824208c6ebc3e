package dev.tidemill.testbed.history;

/**
 * A record of {@code requests}.
 *
 * @param committed whether a {@code read_committed} reader sees it
 * @param readable whether it can be decoded; if not, the id is empty
 * @param checksum CRC-32 of its value
 */
public record Request(Place at, boolean committed, boolean readable, String id, long checksum) {

  /** Returns where the request is and its id, for messages. */
  public String where() {
    return readable ? at + " request " + id : at.toString();
  }
}
