package dev.tidemill.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Participants that take turns, A B C A B C. Only one works at a time, and noise on the machine
 * reaches all of them.
 */
public final class Alternation implements AutoCloseable {
  private final List<Participant> participants = new ArrayList<>();

  private Alternation() {}

  /** Starts all participants and waits until all are ready. */
  public static Alternation start(List<Launch> launches) {
    Alternation alternation = new Alternation();
    try {
      launches.forEach(launch -> alternation.participants.add(Participant.start(launch)));
      alternation.participants.forEach(Participant::ready);
    } catch (RuntimeException e) {
      alternation.close();
      throw e;
    }
    return alternation;
  }

  /**
   * Runs rounds of all participants, after warm-up rounds that do not count.
   *
   * @param mirrored reverses every other round, A B B A, for participants that differ very little
   * @param order by the participant's name
   */
  public Rounds run(int warmUps, int rounds, boolean mirrored, Function<String, ?> order) {
    List<Participant> reversed = new ArrayList<>(participants);
    Collections.reverse(reversed);
    Rounds results = new Rounds();
    for (int round = -warmUps; round < rounds; round++) {
      for (Participant participant : mirrored && round % 2 != 0 ? reversed : participants) {
        JsonNode result = participant.run(order.apply(participant.name()));
        if (round >= 0) {
          results.add(participant.name(), result);
        }
      }
    }
    return results;
  }

  /**
   * Gives one order to one participant, outside of any round.
   *
   * @throws IllegalArgumentException if no participant has the name
   */
  public JsonNode ask(String name, Object order) {
    return participants.stream()
        .filter(participant -> participant.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no participant " + name))
        .run(order);
  }

  /** The versions of all participants. */
  public Map<String, String> versions() {
    Map<String, String> versions = new TreeMap<>();
    participants.forEach(participant -> versions.putAll(participant.versions()));
    return versions;
  }

  @Override
  public void close() {
    participants.forEach(Participant::close);
  }
}
