package dev.tidemill.messaging;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.common.config.ConfigResource;

/** Applies the settings that topic violations name. */
final class TopicRepair {
  private final Map<String, NewPartitions> partitions = new HashMap<>();
  private final Map<String, Map<String, String>> configs = new HashMap<>();

  /**
   * @param violations those that cannot be repaired are skipped
   */
  TopicRepair(List<TopicViolation> violations) {
    for (TopicViolation violation : violations) {
      String topic = violation.topic();
      String value = violation.repairTo();
      if (topic == null || value == null) {
        continue;
      }
      if (violation.setting().equals(TopicViolation.PARTITIONS)) {
        partitions.put(topic, NewPartitions.increaseTo(Integer.parseInt(value)));
      } else {
        configs.computeIfAbsent(topic, name -> new HashMap<>()).put(violation.setting(), value);
      }
    }
  }

  void apply(Admin admin) {
    Map<ConfigResource, Collection<AlterConfigOp>> changes = new HashMap<>();
    configs.forEach(
        (topic, values) -> {
          List<AlterConfigOp> operations = new ArrayList<>();
          values.forEach(
              (setting, value) ->
                  operations.add(
                      new AlterConfigOp(
                          new ConfigEntry(setting, value), AlterConfigOp.OpType.SET)));
          changes.put(new ConfigResource(ConfigResource.Type.TOPIC, topic), operations);
        });
    KafkaResult.get(admin.incrementalAlterConfigs(changes).all());
    KafkaResult.get(admin.createPartitions(partitions).all());
  }

  /** Returns whether the brokers show the applied changes. */
  boolean isSeen(List<TopicState> states) {
    return states.stream().allMatch(this::isSeen);
  }

  private boolean isSeen(TopicState state) {
    NewPartitions wanted = partitions.get(state.topic());
    return (wanted == null || state.partitions() >= wanted.totalCount())
        && configs.getOrDefault(state.topic(), Map.of()).entrySet().stream()
            .allMatch(entry -> state.effective(entry.getKey()).equals(entry.getValue()));
  }
}
