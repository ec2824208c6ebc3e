package dev.tidemill.benchmarks;

import java.time.LocalDate;
import java.time.ZoneOffset;

/**
 * What all reports of one run of the command share.
 *
 * @param options behind the benchmark's name, e.g. {@code --rounds 5}; may be empty
 * @param variant what sets its places in a document apart: {@code @torch} of another engine,
 *     {@code @25} on another JDK; may be empty
 */
record Session(Machine machine, LocalDate date, String options, String variant) {

  static Session now(String options, String variant) {
    return new Session(Machine.here(), LocalDate.now(ZoneOffset.UTC), options, variant);
  }

  /** The command that measures one benchmark so. */
  String command(String benchmark) {
    return ("./tidemill bench " + benchmark + " " + options).strip();
  }

  /** Where a document has this report. */
  String place(String benchmark) {
    return benchmark + variant;
  }
}
