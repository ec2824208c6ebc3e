package dev.tidemill.benchmarks;

import java.time.LocalDate;
import java.time.ZoneOffset;

/**
 * What all reports of one run of the command share.
 *
 * @param options behind the benchmark's name, e.g. {@code --rounds 5}; may be empty
 */
record Session(Machine machine, LocalDate date, String options) {

  static Session now(String options) {
    return new Session(Machine.here(), LocalDate.now(ZoneOffset.UTC), options);
  }

  /** The command that measures one benchmark so. */
  String command(String benchmark) {
    return ("./tidemill bench " + benchmark + " " + options).strip();
  }
}
