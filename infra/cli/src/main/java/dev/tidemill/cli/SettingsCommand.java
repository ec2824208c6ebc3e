package dev.tidemill.cli;

import dev.tidemill.inference.InferenceSettings;
import dev.tidemill.messaging.KafkaSettings;
import dev.tidemill.producer.DataSettings;
import dev.tidemill.producer.SendSettings;
import dev.tidemill.producer.requests.RequestSettings;
import dev.tidemill.runtime.MetricsServer;
import dev.tidemill.runtime.SettingsPage;
import dev.tidemill.trainer.TrainerSettings;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
    name = "settings",
    mixinStandardHelpOptions = true,
    header = "Print every setting: name, type, default, valid values, meaning (Markdown).",
    description = {
      "Each can stand in a --config file or behind --set. Keys under kafka., producer., consumer."
          + " and admin. go to the Kafka clients as they are.",
      ""
    })
public final class SettingsCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().getOut().print(page());
    spec.commandLine().getOut().flush();
  }

  /** What docs/settings.md holds. */
  public static String page() {
    Map<String, ConfigDef> components = new LinkedHashMap<>();
    components.put("The model (all commands)", ModelName.configDef());
    components.put("Kafka and the protocol (all commands)", KafkaSettings.configDef());
    components.put("Data (`produce`, `predict`, `demo`)", DataSettings.configDef());
    components.put("Producer (`produce`)", SendSettings.configDef());
    components.put("Trainer (`train`)", TrainerSettings.configDef());
    components.put("Inference worker (`infer`)", InferenceSettings.configDef());
    components.put("Caller (`predict`)", RequestSettings.configDef());
    components.put("Metrics endpoint (all workers)", MetricsServer.configDef());
    return SettingsPage.print(components);
  }
}
