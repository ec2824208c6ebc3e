package dev.tidemill.chaos.watch;

import dev.tidemill.chaos.schedule.Role;
import java.util.List;
import java.util.Map;

/**
 * When records of each role became visible to a {@code read_committed} reader, in milliseconds
 * since the schedule began, ascending. Producers: batches. Trainers: new versions. Inference
 * workers: predictions. Callers: requests.
 */
public record Progress(Map<Role, List<Long>> seen) {
  /** The roles whose results a user waits for. */
  public static final List<Role> ROLES = List.of(Role.PRODUCER, Role.TRAINER, Role.INFERENCE);

  public Progress {
    seen = Map.copyOf(seen);
  }

  /** A time without progress. */
  public record Outage(long fromMillis, long toMillis) {
    public long millis() {
      return toMillis - fromMillis;
    }
  }

  /** Returns how many records of a role were seen. */
  public int count(Role role) {
    return times(role).size();
  }

  /** Returns when records of a role were seen. */
  public List<Long> times(Role role) {
    return seen.getOrDefault(role, List.of());
  }

  /** Returns the longest time without progress of a role between two moments. */
  public Outage longestOutage(Role role, long fromMillis, long toMillis) {
    Outage longest = new Outage(fromMillis, fromMillis);
    long last = fromMillis;
    for (long time : times(role)) {
      if (time >= toMillis) {
        break;
      }
      if (time > fromMillis) {
        longest = longer(longest, new Outage(last, time));
        last = time;
      }
    }
    return longer(longest, new Outage(last, toMillis));
  }

  /**
   * Returns how long after a moment every role had made progress; -1 if one never did.
   *
   * @param momentMillis for example the end of a fault
   */
  public long recovery(long momentMillis) {
    long slowest = 0;
    for (Role role : ROLES) {
      long first =
          times(role).stream()
              .mapToLong(Long::longValue)
              .filter(time -> time > momentMillis)
              .findFirst()
              .orElse(-1);
      if (first < 0) {
        return -1;
      }
      slowest = Math.max(slowest, first - momentMillis);
    }
    return slowest;
  }

  private static Outage longer(Outage one, Outage other) {
    return other.millis() > one.millis() ? other : one;
  }
}
