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
public final class ParticipantLoop {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final PrintStream answers;

  private ParticipantLoop(PrintStream answers) {
    this.answers = answers;
  }

  /** One round, by the order that {@link Participant#run} was given. */
  public interface Round {
    Map<String, ?> run(JsonNode order) throws Exception;
  }

  /** The first thing that a participant's main does: no library may write among the answers. */
  public static ParticipantLoop open() {
    PrintStream answers = System.out;
    System.setOut(System.err);
    return new ParticipantLoop(answers);
  }

  /**
   * Says that it is ready, and runs rounds until it is told to exit or nobody is there any more.
   *
   * @param versions of what it measures, beside the JDK's, which is added
   */
  public void serve(Map<String, String> versions, Round round) throws Exception {
    Map<String, String> all = new TreeMap<>(versions);
    all.put("JDK", Runtime.version().toString());
    say("ready", Map.of("versions", all));
    BufferedReader orders =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = orders.readLine(); line != null; line = orders.readLine()) {
      if (line.equals("exit")) {
        return;
      }
      if (!line.startsWith("run ")) {
        throw new IOException("not an order: " + line);
      }
      say("done", round.run(JSON.readTree(line.substring("run ".length()))));
    }
  }

  private void say(String word, Map<String, ?> what) throws IOException {
    answers.println(word + " " + JSON.writeValueAsString(what));
    answers.flush();
  }
}
