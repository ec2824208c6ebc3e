package dev.tidemill.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** A Java participant's side: answers on standard output, everything else on standard error. */
public record ParticipantLoop(PrintStream answers) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Runs one round by the order that {@link Participant#run} was given. */
  public interface Round<T> {
    Object run(T order) throws Exception;
  }

  /** Must come first in a participant's main, so that no library writes among the answers. */
  public static ParticipantLoop open() {
    PrintStream answers = System.out;
    System.setOut(System.err);
    return new ParticipantLoop(answers);
  }

  /**
   * Reports that the participant is ready, and runs rounds until {@code exit} or the end of its
   * input.
   *
   * @param versions of what it measures, besides the JDK's, which is added
   * @param type of orders: a record, or {@link JsonNode}
   */
  public <T> void serve(Map<String, String> versions, Class<T> type, Round<T> round)
      throws Exception {
    Map<String, String> all = new TreeMap<>(versions);
    all.put("JDK", Runtime.version().toString());
    answer("ready", Map.of("versions", all));
    BufferedReader orders =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = orders.readLine(); line != null; line = orders.readLine()) {
      if (line.equals("exit")) {
        return;
      }
      if (!line.startsWith("run ")) {
        throw new IOException("not an order: " + line);
      }
      answer("done", round.run(JSON.readValue(line.substring("run ".length()), type)));
    }
  }

  private void answer(String word, Object value) throws IOException {
    answers.println(word + " " + JSON.writeValueAsString(value));
    answers.flush();
  }
}
