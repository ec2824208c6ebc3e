package dev.tidemill.cli.command;

import dev.tidemill.cli.run.ModelContext;
import dev.tidemill.messaging.ProtocolSettings;
import dev.tidemill.messaging.TopicAdmin;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/** Which models a command shows. */
final class ShownModels {
  private ShownModels() {}

  /**
   * Returns the models of {@code --models}, or that of {@code --model}, or all that have topics.
   *
   * @param given the value of {@code --models}; empty if it is not given
   * @throws IllegalStateException if one of them has no topics, or none has
   * @throws dev.tidemill.messaging.UnreachableBrokerException if no broker answers
   */
  static List<String> of(CommandSpec spec, ModelContext context, List<String> given) {
    List<String> found;
    try (TopicAdmin admin = context.openAdmin()) {
      found = admin.models(ProtocolSettings.from(context.settings()).topicPrefix());
    }
    List<String> chosen = chosen(spec, context, given);
    if (chosen.isEmpty() && found.isEmpty()) {
      throw new IllegalStateException(
          "no model has topics on "
              + context.clients().bootstrapServers()
              + "; create one with: tidemill topics create --model NAME");
    }
    for (String model : chosen) {
      if (!found.contains(model)) {
        throw new IllegalStateException(
            "model "
                + model
                + " has no topics on "
                + context.clients().bootstrapServers()
                + (found.isEmpty() ? "" : "; models that have: " + String.join(", ", found))
                + "; create them with: tidemill topics create --model "
                + model);
      }
    }
    return chosen.isEmpty() ? found : chosen;
  }

  private static List<String> chosen(CommandSpec spec, ModelContext context, List<String> given) {
    return given.isEmpty() && spec.commandLine().getParseResult().hasMatchedOption("--model")
        ? List.of(context.model())
        : given;
  }
}
