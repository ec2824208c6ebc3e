package dev.tidemill.benchmarks;

import java.util.List;

/** Writes each argument as a line to standard output, and waits for the end of its input. */
final class RawParticipant {
  private RawParticipant() {}

  public static void main(String[] args) throws Exception {
    List.of(args).forEach(System.out::println);
    System.out.flush();
    while (System.in.read() >= 0) {
      // Ignores orders.
    }
  }

  static Launch launch(String... lines) {
    return JavaRuntime.own().launch("raw", RawParticipant.class, lines);
  }
}
