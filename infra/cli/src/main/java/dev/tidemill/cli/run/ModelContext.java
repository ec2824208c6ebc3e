package dev.tidemill.cli.run;

import dev.tidemill.messaging.KafkaClients;
import dev.tidemill.messaging.KafkaSettings;
import dev.tidemill.messaging.ProtocolSettings;
import dev.tidemill.messaging.RecordCodec;
import dev.tidemill.messaging.TopicAdmin;
import dev.tidemill.messaging.TopicContract;
import dev.tidemill.messaging.TopicGuard;
import dev.tidemill.messaging.TopicLimits;
import dev.tidemill.messaging.TopicRole;
import dev.tidemill.producer.Destination;
import dev.tidemill.runtime.Settings;
import dev.tidemill.schemas.Topics;
import dev.tidemill.trainer.TrainerSettings;
import java.util.List;
import java.util.Map;

/**
 * Where a model lives: its name, its topics, the brokers that have them, and the checked settings
 * of the process.
 */
public record ModelContext(
    String model, Settings settings, KafkaClients clients, Topics topics, RecordCodec codec) {

  /**
   * Checks what was given against the definitions of all components.
   *
   * @throws dev.tidemill.runtime.InvalidSettingsException with every fault
   */
  public static ModelContext of(Map<String, String> given) {
    Settings settings = Settings.check(given, List.copyOf(Components.definitions().values()));
    String model = settings.getString(ModelSettings.MODEL);
    ProtocolSettings protocol = ProtocolSettings.from(settings);
    return new ModelContext(
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
  public TopicAdmin openAdmin() {
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

  /**
   * Returns if a broker answers and the topics are as the role needs them.
   *
   * @throws dev.tidemill.messaging.UnreachableBrokerException if no broker answers
   * @throws dev.tidemill.messaging.MissingTopicException naming a topic that does not exist
   * @throws dev.tidemill.messaging.TopicContractException with all that is wrong with the topics
   */
  public void require(TopicRole role) {
    TopicGuard.require(clients, contract(role), "tidemill-" + model + "-admin");
  }

  /** What the topics must look like for a role with these settings. */
  public TopicContract contract(TopicRole role) {
    TopicLimits limits =
        TopicLimits.NONE.withRecord(
            Topics.Name.CHECKPOINT_CHUNKS, settings.getInt(TrainerSettings.CHECKPOINT_CHUNK_BYTES));
    return new TopicContract(role, topics, model, clients.bootstrapServers(), limits);
  }
}
