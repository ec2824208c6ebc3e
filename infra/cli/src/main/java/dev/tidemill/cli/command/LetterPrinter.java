package dev.tidemill.cli.command;

import dev.tidemill.cli.output.Printable;
import dev.tidemill.cli.run.ExitStatus;
import dev.tidemill.messaging.deadletter.DeadLetterActions;
import dev.tidemill.messaging.deadletter.StoredLetter;
import java.io.PrintWriter;
import java.util.Set;

/** Prints what was done with each letter, and what was not. */
final class LetterPrinter implements DeadLetterActions.Listener {
  private final String done;
  private final PrintWriter out;
  private final PrintWriter err;
  private long count;
  private long refused;

  /**
   * @param done what is done, as in "replayed 3 dead letters"
   */
  LetterPrinter(String done, PrintWriter out, PrintWriter err) {
    this.done = done;
    this.out = out;
    this.err = err;
  }

  @Override
  public void done(StoredLetter letter) {
    count++;
    out.println(letter.offset() + "  " + done + "  " + Printable.of(letter.origin()));
  }

  @Override
  public void refused(StoredLetter letter, String reason) {
    refused++;
    err.println("dead-letters: " + letter.offset() + " " + Printable.of(reason));
  }

  @Override
  public void malformed(String reason) {
    err.println("dead-letters: no dead letter: " + Printable.of(reason));
  }

  /**
   * Prints the sum.
   *
   * @param missing ids that are not on the topic
   * @return the exit status: failed if a letter was refused or is missing, or none was found
   */
  int end(Set<Long> missing) {
    missing.forEach(id -> err.println("dead-letters: there is no dead letter " + id));
    if (count + refused + missing.size() == 0) {
      err.println("dead-letters: no open dead letter matches");
    }
    err.println("dead-letters: " + done + " " + count + (count == 1 ? " letter" : " letters"));
    out.flush();
    err.flush();
    return count > 0 && refused == 0 && missing.isEmpty() ? ExitStatus.DONE : ExitStatus.FAILED;
  }
}
