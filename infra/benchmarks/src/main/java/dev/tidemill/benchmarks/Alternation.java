package dev.tidemill.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Participants that take turns, A B C A B C: only one works at a time, and a machine that is busy
 * for a while is busy for all of them.
 */
public final class Alternation implements AutoCloseable {
  private final List<Participant> participants;

  private Alternation(List<Participant> participants) {
    this.participants = participants;
  }

  /** Starts all, and waits until all are ready. */
  public static Alternation start(List<Launch> launches) {
    List<Participant> started = new ArrayList<>();
    Alternation alternation = new Alternation(started);
    try {
      launches.forEach(launch -> started.add(Participant.start(launch)));
      started.forEach(Participant::about);
    } catch (RuntimeException e) {
      alternation.close();
      throw e;
    }
    return alternation;
  }

  /**
   * Runs rounds of all, after others that do not count.
   *
   * @param order what each is told in each round
   */
  public Rounds run(int warmUps, int rounds, Object order) {
    return run(warmUps, rounds, participant -> order);
  }

  /**
   * The same with an order for each.
   *
   * @param order by the participant's name
   */
  public Rounds run(int warmUps, int rounds, Function<String, ?> order) {
    return run(warmUps, rounds, order, false);
  }

  /** The same with every other round backwards, A B B A, for what is almost the same in each. */
  public Rounds runMirrored(int warmUps, int rounds, Function<String, ?> order) {
    return run(warmUps, rounds, order, true);
  }

  private Rounds run(int warmUps, int rounds, Function<String, ?> order, boolean mirrored) {
    List<Participant> backwards = new ArrayList<>(participants);
    Collections.reverse(backwards);
    Map<String, List<JsonNode>> results = new LinkedHashMap<>();
    for (int round = -warmUps; round < rounds; round++) {
      for (Participant participant : mirrored && round % 2 != 0 ? backwards : participants) {
        JsonNode done = participant.run(order.apply(participant.name()));
        if (round >= 0) {
          results.computeIfAbsent(participant.name(), name -> new ArrayList<>()).add(done);
        }
      }
    }
    return new Rounds(results);
  }

  /**
   * One order for one participant, outside of any round, e.g. for what it has computed.
   *
   * @throws IllegalArgumentException if there is none of that name
   */
  public JsonNode ask(String name, Object order) {
    return participants.stream()
        .filter(participant -> participant.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no participant " + name))
        .run(order);
  }

  /** Whether one of that name takes part. */
  public boolean has(String name) {
    return participants.stream().anyMatch(participant -> participant.name().equals(name));
  }

  /** What all of them told of themselves. */
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
