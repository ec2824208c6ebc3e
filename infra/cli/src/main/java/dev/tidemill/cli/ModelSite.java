package dev.tidemill.cli;

import dev.tidemill.messaging.KafkaClients;
import dev.tidemill.messaging.KafkaSettings;
import dev.tidemill.messaging.ProtocolSettings;
import dev.tidemill.messaging.RecordCodec;
import dev.tidemill.messaging.TopicAdmin;
import dev.tidemill.producer.Destination;
import dev.tidemill.runtime.Settings;
import dev.tidemill.schemas.Topics;
import java.util.List;
import java.util.Map;

/**
 * Where a model lives: its name, its topics, the brokers that have them, and the checked settings
 * of the process.
 */
public record ModelSite(
    String model, Settings settings, KafkaClients clients, Topics topics, RecordCodec codec) {

  /**
   * Checks what was given against the definitions of all components.
   *
   * @throws dev.tidemill.runtime.InvalidSettingsException with every fault
   */
  public static ModelSite of(Map<String, String> given) {
    Settings settings = Settings.check(given, List.copyOf(Components.definitions().values()));
    String model = settings.getString(ModelName.KEY);
    ProtocolSettings protocol = ProtocolSettings.from(settings);
    return new ModelSite(
        model,
        settings,
        new KafkaClients(KafkaSettings.from(settings)),
        protocol.topics(model),
        new RecordCodec(protocol.wireFormat()));
  }

  /**
   * For the topics; a broker has answered.
   *
   * @throws dev.tidemill.messaging.UnreachableBrokerException if none does
   */
  public TopicAdmin reachedAdmin() {
    TopicAdmin admin = new TopicAdmin(clients, "tidemill-" + model + "-admin");
    try {
      admin.reach(TopicAdmin.REACH_TIMEOUT);
      return admin;
    } catch (RuntimeException e) {
      admin.close();
      throw e;
    }
  }

  /** Where its batches and requests go. */
  public Destination destination() {
    return new Destination(model, topics, clients, codec);
  }

  /** Returns if a broker answers and these topics are there. */
  public void require(Topics.Name... names) {
    try (TopicAdmin admin = reachedAdmin()) {
      admin.require(topics, model, names);
    }
  }
}
