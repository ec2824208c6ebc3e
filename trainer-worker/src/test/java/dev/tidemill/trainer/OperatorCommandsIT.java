package dev.tidemill.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.messaging.ControlChannel;
import dev.tidemill.schemas.ControlCommand;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.WithKafka;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Rollbacks after drift, of which one may be on its way. */
@WithKafka
class OperatorCommandsIT {
  private final ModelTopics on;

  OperatorCommandsIT(KafkaCluster kafka) {
    on = ModelTopics.create(kafka.bootstrapServers(), 1);
  }

  private ControlChannel control(String operator) {
    return ControlChannel.open(
        on.clients, "it-control", on.codec, on.topics.control(), on.model, operator);
  }

  private OperatorCommands commands(
      CommandExchange exchange, OperatorCommands.Unanswered unanswered) {
    return OperatorCommands.open(control("it"), "trainer-1", exchange, unanswered);
  }

  @Test
  void expectsNoOtherRollbackAfterDriftUntilTheFirstHasAnOutcome() {
    CommandExchange exchange = new CommandExchange();
    try (ControlChannel drift = control("drift.policy of trainer-1");
        OperatorCommands commands = commands(exchange, OperatorCommands.Unanswered.NONE)) {
      ControlCommand rollback = drift.rollback(1);
      assertThat(commands.expectRollback(rollback.getCommandId())).isTrue();
      assertThat(commands.expectRollback("another")).isFalse();

      exchange.submit(new CommandExchange.Outcome(rollback, true, "published version 2"));
      commands.reportOutcomes();
      assertThat(commands.expectRollback("another")).isTrue();
    }
  }

  @Test
  void expectsNoRollbackAfterDriftWhileAnEarlierTermsIsUnanswered() {
    try (ControlChannel drift = control("drift.policy of trainer-1");
        ControlChannel operator = control("ann")) {
      ControlCommand byOperator = operator.rollback(1);
      assertThat(expects(byOperator)).isTrue();
      ControlCommand byDrift = drift.rollback(1);
      assertThat(expects(byDrift)).isFalse();
    }
  }

  private boolean expects(ControlCommand unanswered) {
    OperatorCommands.Unanswered before =
        new OperatorCommands.Unanswered(Long.MAX_VALUE, List.of(unanswered), List.of());
    try (OperatorCommands commands = commands(new CommandExchange(), before)) {
      return commands.expectRollback("another");
    }
  }
}
