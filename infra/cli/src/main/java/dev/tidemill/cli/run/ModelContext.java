package dev.tidemill.cli.run;

import dev.tidemill.cli.log.LogFormat;
import dev.tidemill.contract.Contract;
import dev.tidemill.messaging.ContractLog;
import dev.tidemill.messaging.KafkaClients;
import dev.tidemill.messaging.KafkaSettings;
import dev.tidemill.messaging.ProtocolSettings;
import dev.tidemill.messaging.RecordCodec;
import dev.tidemill.messaging.TopicAdmin;
import dev.tidemill.messaging.TopicContract;
import dev.tidemill.messaging.TopicGuard;
import dev.tidemill.messaging.TopicLimits;
import dev.tidemill.messaging.TopicRole;
import dev.tidemill.messaging.TopicState;
import dev.tidemill.messaging.tracing.ProcessTracing;
import dev.tidemill.producer.Destination;
import dev.tidemill.runtime.Settings;
import dev.tidemill.schemas.Topics;
import dev.tidemill.trainer.TrainerSettings;
import java.util.List;
import java.util.Map;

/**
 * What a command needs to work with one model: its name, topics and Kafka clients, and the
 * validated settings.
 */
public record ModelContext(
    String model, Settings settings, KafkaClients clients, Topics topics, RecordCodec codec) {

  /**
   * Validates settings against the definitions of all components, and logs in their format from now
   * on.
   *
   * @throws dev.tidemill.runtime.InvalidSettingsException with every fault
   */
  public static ModelContext of(Map<String, String> given) {
    Settings settings = Settings.check(given, List.copyOf(Components.definitions().values()));
    LogFormat.use(settings);
    String model = settings.getString(ModelSettings.MODEL);
    ProtocolSettings protocol = ProtocolSettings.from(settings);
    return new ModelContext(
        model,
        settings,
        new KafkaClients(KafkaSettings.from(settings), ProcessTracing.get()),
        protocol.topics(model),
        new RecordCodec(protocol.wireFormat()));
  }

  /**
   * Opens an admin client after a broker has answered; the caller closes it.
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

  /** The destination of the model's batches and requests. */
  public Destination destination() {
    return new Destination(model, topics, clients, codec);
  }

  /**
   * Reads the versions of the model's data contract, ascending; empty if it has none.
   *
   * @throws dev.tidemill.contract.InvalidContractException if one contradicts itself
   */
  public List<Contract> contracts() {
    return ContractLog.of(clients, codec, topics, "tidemill-" + model + "-contract")
        .readCommitted()
        .stream()
        .map(Contract::of)
        .toList();
  }

  /**
   * Checks that a broker answers and that the topics meet the role's contract.
   *
   * @throws dev.tidemill.messaging.UnreachableBrokerException if no broker answers
   * @throws dev.tidemill.messaging.MissingTopicException naming a topic that does not exist
   * @throws dev.tidemill.messaging.TopicContractException with every violation
   */
  public void require(TopicRole role) {
    TopicGuard.require(clients, contract(role), "tidemill-" + model + "-admin");
  }

  /**
   * Checks that a broker answers and that one topic exists. Does not check the topic's settings.
   *
   * @throws dev.tidemill.messaging.UnreachableBrokerException if no broker answers
   * @throws IllegalStateException if the topic does not exist
   */
  public void requireTopic(Topics.Name name) {
    try (TopicAdmin admin = openAdmin()) {
      TopicState unused = admin.describe(topics, name);
    }
  }

  /** The contract that the topics must meet for a role with these settings. */
  public TopicContract contract(TopicRole role) {
    TopicLimits limits =
        TopicLimits.NONE.withRecord(
            Topics.Name.CHECKPOINT_CHUNKS, settings.getInt(TrainerSettings.CHECKPOINT_CHUNK_BYTES));
    return new TopicContract(role, topics, model, clients.bootstrapServers(), limits);
  }
}
