package dev.tidemill.cli.rights;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.ResourceType;

/**
 * What the principal of this process may do, as far as the brokers say. Of groups and transactional
 * ids they only say whether Describe is granted, which every other operation includes. Of prefixed
 * topics they say nothing.
 */
public final class RightsHeld {
  private final Map<String, Set<AclOperation>> known = new HashMap<>();

  /** Adds what a principal may do with a resource; an empty set if nothing. */
  public void add(ResourceType type, String name, Set<AclOperation> operations) {
    known.put(key(type, name), Set.copyOf(operations));
  }

  /** Returns what is missing of these rights. Leaves out what is not known. */
  public List<Right> missing(List<Right> needed) {
    return needed.stream()
        .map(right -> right.with(missing(right)))
        .filter(right -> !right.operations().isEmpty())
        .distinct()
        .toList();
  }

  private List<AclOperation> missing(Right right) {
    Set<AclOperation> held = known.get(key(right.type(), right.name()));
    if (held == null) {
      return List.of();
    }
    boolean onlyDescribe =
        right.type() == ResourceType.GROUP || right.type() == ResourceType.TRANSACTIONAL_ID;
    return onlyDescribe && held.contains(AclOperation.DESCRIBE)
        ? List.of()
        : right.operations().stream().filter(operation -> !held.contains(operation)).toList();
  }

  private static String key(ResourceType type, String name) {
    return type + ":" + name;
  }
}
