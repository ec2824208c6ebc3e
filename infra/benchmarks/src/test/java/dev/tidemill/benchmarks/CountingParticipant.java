package dev.tidemill.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts its rounds from a number on. Writes to standard output as a library might, and fails in a
 * round whose order says so.
 */
final class CountingParticipant {
  private CountingParticipant() {}

  public static void main(String[] args) throws Exception {
    ParticipantLoop loop = ParticipantLoop.open();
    System.out.println("a library's greeting");
    AtomicInteger count = new AtomicInteger(Integer.parseInt(args[0]));
    loop.serve(
        Map.of("Counting", "1.0"),
        JsonNode.class,
        order -> {
          if (order.path("fail").asBoolean()) {
            throw new IllegalStateException("told to fail");
          }
          return Map.of("count", count.getAndIncrement(), "factor", order.path("factor").asInt());
        });
  }

  static Launch launch(String name, int from) {
    return JavaRuntime.own().launch(name, CountingParticipant.class, "" + from);
  }
}
