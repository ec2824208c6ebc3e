package dev.tidemill.cli.rights;

import java.util.List;
import java.util.stream.Collectors;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.ResourceType;

/**
 * What a principal may do with a resource of the brokers.
 *
 * @param name the resource's name; empty for the cluster
 * @param prefixed whether the name is the beginning of the resources' names
 */
public record Right(
    ResourceType type, String name, boolean prefixed, List<AclOperation> operations) {

  static Right topic(String name, AclOperation operation) {
    return new Right(
        ResourceType.TOPIC,
        name,
        false,
        List.of(operation, AclOperation.DESCRIBE, AclOperation.DESCRIBE_CONFIGS));
  }

  static Right cluster(AclOperation... operations) {
    return new Right(ResourceType.CLUSTER, "", false, List.of(operations));
  }

  static Right prefixed(ResourceType type, String name, AclOperation... operations) {
    return new Right(type, name, true, List.of(operations));
  }

  /** Returns the command that grants it to a principal. */
  public String command(String bootstrapServers, String principal) {
    return "kafka-acls --bootstrap-server "
        + bootstrapServers
        + " --add --allow-principal "
        + principal
        + operations.stream()
            .map(operation -> " --operation " + word(operation))
            .collect(Collectors.joining())
        + " "
        + resource();
  }

  /** Returns it with only some of its operations. */
  Right with(List<AclOperation> some) {
    return new Right(type, name, prefixed, some);
  }

  /** Returns it in words: {@code write on topic NAME}. */
  public String words() {
    return operations.stream().map(Right::word).collect(Collectors.joining(" and "))
        + " on "
        + switch (type) {
          case TOPIC -> "topic " + name;
          case GROUP -> "group " + name;
          case TRANSACTIONAL_ID -> "transactional id " + name;
          default -> "the cluster";
        }
        + (prefixed ? "*" : "");
  }

  private String resource() {
    String option =
        switch (type) {
          case TOPIC -> "--topic " + name;
          case GROUP -> "--group " + name;
          case TRANSACTIONAL_ID -> "--transactional-id " + name;
          default -> "--cluster";
        };
    return option + (prefixed ? " --resource-pattern-type prefixed" : "");
  }

  private static String word(AclOperation operation) {
    return switch (operation) {
      case READ -> "read";
      case WRITE -> "write";
      case CREATE -> "create";
      case DELETE -> "delete";
      case DESCRIBE -> "describe";
      case DESCRIBE_CONFIGS -> "DescribeConfigs";
      default -> operation.name();
    };
  }
}
