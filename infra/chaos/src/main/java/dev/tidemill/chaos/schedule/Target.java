package dev.tidemill.chaos.schedule;

import java.util.ArrayList;
import java.util.List;

/**
 * A process that a fault happens to.
 *
 * @param number from 1
 */
public record Target(Role role, int number) {

  public Target {
    if (number < 1 || number > role.processes()) {
      throw new IllegalArgumentException("there is no " + role + " " + number);
    }
  }

  /** Returns all processes that are not brokers. */
  public static List<Target> workers() {
    List<Target> workers = new ArrayList<>();
    for (Role role : Role.values()) {
      for (int number = 1; role != Role.BROKER && number <= role.processes(); number++) {
        workers.add(new Target(role, number));
      }
    }
    return List.copyOf(workers);
  }

  /** Returns for example {@code trainer-2}. */
  @Override
  public String toString() {
    return role + "-" + number;
  }
}
