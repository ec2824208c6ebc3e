package dev.tidemill.trainer;

import dev.tidemill.messaging.ControlChannel;
import dev.tidemill.schemas.ControlCommand;
import dev.tidemill.schemas.ControlEvent;
import dev.tidemill.schemas.ControlOutcome;
import dev.tidemill.testbed.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** An operator of a model, who sends commands and reads their outcomes. */
final class Operator implements AutoCloseable {
  final ControlChannel control;
  private final List<ControlOutcome> outcomes = new ArrayList<>();

  Operator(ModelTopics on) {
    control =
        ControlChannel.open(on.clients, "it-operator", on.codec, on.topics.control(), on.model);
    control.catchUp();
  }

  /** Waits for the outcome of a command. */
  ControlOutcome outcomeOf(ControlCommand command) {
    Eventually.await().until(() -> !outcomesOf(command).isEmpty());
    return outcomesOf(command).get(0);
  }

  /** Returns the outcomes of a command that are known now. */
  List<ControlOutcome> outcomesOf(ControlCommand command) {
    for (ControlEvent event : control.poll(Duration.ofMillis(50))) {
      if (event.getEvent() instanceof ControlOutcome outcome) {
        outcomes.add(outcome);
      }
    }
    return outcomes.stream()
        .filter(outcome -> outcome.getCommandId().equals(command.getCommandId()))
        .toList();
  }

  @Override
  public void close() {
    control.close();
  }
}
