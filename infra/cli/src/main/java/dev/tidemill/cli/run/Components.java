package dev.tidemill.cli.run;

import dev.tidemill.cli.log.LogFormat;
import dev.tidemill.dashboard.DashboardSettings;
import dev.tidemill.dashboard.state.DashboardMetrics;
import dev.tidemill.inference.InferenceSettings;
import dev.tidemill.inference.ServingMetrics;
import dev.tidemill.messaging.ClientMetrics;
import dev.tidemill.messaging.KafkaSettings;
import dev.tidemill.producer.ContractSettings;
import dev.tidemill.producer.DataSettings;
import dev.tidemill.producer.ProducerMetrics;
import dev.tidemill.producer.SendSettings;
import dev.tidemill.producer.requests.RequestSettings;
import dev.tidemill.runtime.HealthMetrics;
import dev.tidemill.runtime.MeterGroup;
import dev.tidemill.runtime.MetricsServer;
import dev.tidemill.trainer.TrainerMetrics;
import dev.tidemill.trainer.TrainerSettings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;

/**
 * The settings and metrics of all components. Every command accepts all setting keys, so that
 * commands can share a file.
 */
public final class Components {
  private Components() {}

  /** The definitions by their heading on the settings page. */
  public static Map<String, ConfigDef> definitions() {
    Map<String, ConfigDef> components = new LinkedHashMap<>();
    components.put("The model (all commands)", ModelSettings.configDef());
    components.put("Kafka and the protocol (all commands)", KafkaSettings.configDef());
    components.put("Data (`produce`, `predict`, `label`, `demo`)", DataSettings.configDef());
    components.put("Data contract (`produce`, `demo`)", ContractSettings.configDef());
    components.put("Producer (`produce`)", SendSettings.configDef());
    components.put("Engine (`train`, `serve`, `demo`)", EngineSettings.configDef());
    components.put("Trainer (`train`)", TrainerSettings.configDef());
    components.put("Inference worker (`serve`)", InferenceSettings.configDef());
    components.put("Caller (`predict`)", RequestSettings.configDef());
    components.put("Dashboard (`dashboard`, `demo`)", DashboardSettings.configDef());
    components.put("Health and metrics (all workers)", MetricsServer.configDef());
    components.put("Logs (all commands)", LogFormat.configDef());
    return components;
  }

  /** The metrics in the order of the metrics page. */
  public static List<MeterGroup> meters() {
    return List.of(
        ProducerMetrics.METERS,
        TrainerMetrics.METERS,
        ServingMetrics.METERS,
        DashboardMetrics.METERS,
        HealthMetrics.METERS,
        ClientMetrics.METERS);
  }
}
