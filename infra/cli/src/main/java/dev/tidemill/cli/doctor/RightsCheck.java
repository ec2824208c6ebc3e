package dev.tidemill.cli.doctor;

import dev.tidemill.cli.rights.PrincipalRole;
import dev.tidemill.cli.rights.Right;
import dev.tidemill.cli.rights.RightsHeld;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Examines which roles this process's principal may take, and what the others lack. */
final class RightsCheck implements Check {
  private final ClusterAccess cluster;
  private final Set<PrincipalRole> wanted;

  /**
   * @param wanted the roles that the principal must be able to take; empty if any will do
   */
  RightsCheck(ClusterAccess cluster, Set<PrincipalRole> wanted) {
    this.cluster = cluster;
    this.wanted = Set.copyOf(wanted);
  }

  @Override
  public String name() {
    return "rights";
  }

  @Override
  public List<Finding> run() {
    RightsReader reader = new RightsReader(cluster.admin());
    if (!reader.hasAuthorizer()) {
      return List.of(
          Finding.ok("the brokers have no authorizer: whoever reaches them may do everything"));
    }
    Map<PrincipalRole, List<Right>> missing = missing(reader);
    return wanted.isEmpty() ? any(missing) : each(missing);
  }

  private Map<PrincipalRole, List<Right>> missing(RightsReader reader) {
    Map<PrincipalRole, List<Right>> needed = new EnumMap<>(PrincipalRole.class);
    Set<PrincipalRole> roles =
        wanted.isEmpty()
            ? EnumSet.complementOf(EnumSet.of(PrincipalRole.DOCTOR))
            : EnumSet.copyOf(wanted);
    for (PrincipalRole role : roles) {
      needed.put(role, role.rights(cluster.context().model(), cluster.context().topics()));
    }
    RightsHeld held = reader.held(needed.values().stream().flatMap(List::stream).toList());
    needed.replaceAll((role, rights) -> held.missing(rights));
    return needed;
  }

  private List<Finding> any(Map<PrincipalRole, List<Right>> missing) {
    List<String> able =
        missing.entrySet().stream()
            .filter(each -> each.getValue().isEmpty())
            .map(each -> each.getKey().word())
            .toList();
    return able.isEmpty()
        ? each(missing)
        : List.of(
            Finding.ok(
                "this principal has the rights of "
                    + String.join(", ", able)
                    + (able.size() == missing.size()
                        ? ""
                        : "; --role NAME says what another role lacks")));
  }

  private List<Finding> each(Map<PrincipalRole, List<Right>> missing) {
    List<Finding> findings = new ArrayList<>();
    missing.forEach(
        (role, rights) ->
            findings.add(
                rights.isEmpty()
                    ? Finding.ok("this principal has the rights of " + role.word())
                    : lacks(role, rights)));
    return findings;
  }

  private Finding lacks(PrincipalRole role, List<Right> rights) {
    return Finding.error(
        "role "
            + role.word()
            + " lacks "
            + rights.stream().map(Right::words).collect(Collectors.joining(", ")),
        rights.stream()
            .map(right -> right.command(cluster.bootstrapServers(), "User:NAME"))
            .collect(Collectors.joining("; ")));
  }
}
