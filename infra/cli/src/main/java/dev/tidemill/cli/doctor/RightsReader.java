package dev.tidemill.cli.doctor;

import dev.tidemill.cli.rights.Right;
import dev.tidemill.cli.rights.RightsHeld;
import dev.tidemill.messaging.BrokerConfigs;
import dev.tidemill.messaging.KafkaResult;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.SecurityDisabledException;
import org.apache.kafka.common.errors.TransactionalIdNotFoundException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.resource.ResourceType;

/** Asks the brokers what this process's principal may do. Changes nothing. */
final class RightsReader {
  private static final Set<AclOperation> NOTHING = Set.of();
  private static final Set<AclOperation> DESCRIBES = Set.of(AclOperation.DESCRIBE);

  private final Admin admin;

  RightsReader(Admin admin) {
    this.admin = admin;
  }

  /** Returns whether the brokers refuse anything to anybody. */
  boolean hasAuthorizer() {
    try {
      int unused = KafkaResult.get(admin.describeAcls(AclBindingFilter.ANY).values()).size();
      return true;
    } catch (SecurityDisabledException e) {
      return false;
    } catch (AuthorizationException e) {
      return true; // It refuses this.
    }
  }

  /** Returns what the principal holds of these rights, without what the brokers do not say. */
  RightsHeld held(List<Right> rights) {
    RightsHeld held = new RightsHeld();
    topics(names(rights, ResourceType.TOPIC), held);
    held.add(ResourceType.CLUSTER, "", cluster());
    List<String> groups = names(rights, ResourceType.GROUP);
    admin
        .describeConsumerGroups(groups)
        .describedGroups()
        .forEach((group, future) -> held.add(ResourceType.GROUP, group, describes(future)));
    List<String> ids = names(rights, ResourceType.TRANSACTIONAL_ID);
    var described = admin.describeTransactions(ids);
    ids.forEach(
        id -> held.add(ResourceType.TRANSACTIONAL_ID, id, describes(described.description(id))));
    return held;
  }

  private Set<AclOperation> cluster() {
    Set<AclOperation> operations =
        KafkaResult.get(
            admin
                .describeCluster(new DescribeClusterOptions().includeAuthorizedOperations(true))
                .authorizedOperations());
    Set<AclOperation> held = EnumSet.noneOf(AclOperation.class);
    held.addAll(operations == null ? NOTHING : operations);
    // Without Describe on the cluster, brokers name no rights. Workers need only this one.
    if (BrokerConfigs.longestTransaction(admin).isPresent()) {
      held.add(AclOperation.DESCRIBE_CONFIGS);
    }
    return held;
  }

  private void topics(List<String> topics, RightsHeld held) {
    admin
        .describeTopics(topics, new DescribeTopicsOptions().includeAuthorizedOperations(true))
        .topicNameValues()
        .forEach(
            (topic, future) -> {
              try {
                Set<AclOperation> operations = KafkaResult.get(future).authorizedOperations();
                held.add(ResourceType.TOPIC, topic, operations == null ? NOTHING : operations);
              } catch (AuthorizationException e) {
                held.add(ResourceType.TOPIC, topic, NOTHING);
              } catch (UnknownTopicOrPartitionException e) {
                return; // The check of topics reports it.
              }
            });
  }

  /** A group or a transactional id need not exist; the brokers check the right first. */
  private static Set<AclOperation> describes(KafkaFuture<?> description) {
    try {
      Object unused = KafkaResult.get(description);
      return DESCRIBES;
    } catch (AuthorizationException e) {
      return NOTHING;
    } catch (GroupIdNotFoundException | TransactionalIdNotFoundException e) {
      return DESCRIBES;
    }
  }

  /** Prefixed topics are left out: no topic of that name exists that could be asked for. */
  private static List<String> names(List<Right> rights, ResourceType type) {
    Stream<Right> all = rights.stream().filter(right -> right.type() == type);
    return (type == ResourceType.TOPIC ? all.filter(right -> !right.prefixed()) : all)
        .map(Right::name)
        .distinct()
        .toList();
  }
}
