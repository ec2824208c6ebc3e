package dev.tidemill.cli.command;

import dev.tidemill.cli.option.ConnectionOptions;
import dev.tidemill.cli.output.Printable;
import dev.tidemill.cli.run.ModelContext;
import dev.tidemill.messaging.TopicRole;
import dev.tidemill.messaging.deadletter.DeadLetterActions;
import dev.tidemill.messaging.deadletter.DeadLetterLog;
import dev.tidemill.messaging.deadletter.StoredLetter;
import java.io.PrintWriter;
import java.util.function.Consumer;

/** Opens one model's dead letters for the commands under {@code dead-letters}. */
record Letters(ModelContext context) {

  /**
   * Checks settings and topics.
   *
   * @throws dev.tidemill.runtime.InvalidSettingsException with every fault
   * @throws dev.tidemill.messaging.TopicContractException if the topics cannot be used as expected
   */
  static Letters of(ConnectionOptions connection) {
    ModelContext context = ModelContext.of(connection.settings());
    context.require(TopicRole.REPLAYER);
    return new Letters(context);
  }

  /**
   * Passes on all letters, oldest first.
   *
   * @param err where records that are no dead letters are reported
   */
  void forEach(Consumer<StoredLetter> each, PrintWriter err) {
    new DeadLetterLog(context.clients(), context.codec(), context.topics(), "tidemill-dead-letters")
        .read(
            new DeadLetterLog.Reader() {
              @Override
              public void letter(StoredLetter letter) {
                each.accept(letter);
              }

              @Override
              public void malformed(String reason) {
                err.println("dead-letters: no dead letter: " + Printable.of(reason));
              }
            });
    err.flush();
  }

  /** The caller closes it. */
  DeadLetterActions actions() {
    return DeadLetterActions.open(
        context.clients(),
        context.codec(),
        context.topics(),
        context.model(),
        System.getProperty("user.name", "unknown"));
  }
}
