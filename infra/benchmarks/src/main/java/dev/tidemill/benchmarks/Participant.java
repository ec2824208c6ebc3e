package dev.tidemill.benchmarks;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A process that takes part in a benchmark. It writes <code>ready {…}</code> when it is, then for
 * each line <code>run {…}</code> does one round and writes <code>done {…}</code>; <code>exit</code>
 * , or the end of its input, ends it. In Java its side is {@link ParticipantLoop}, in Python {@code
 * participant.py}. One thread at a time.
 */
public final class Participant implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration LIMIT = Duration.ofMinutes(10);

  private final String name;
  private final Process process;
  private final ChildOutput output;
  private final Writer orders;
  // The suite may be ended by Ctrl-C; a killed one's children see the end of their input.
  private final Thread atExit;
  private @Nullable JsonNode about;

  private Participant(String name, Process process) {
    this.name = name;
    this.process = process;
    output = new ChildOutput(process, name);
    orders = process.outputWriter(StandardCharsets.UTF_8);
    atExit = new Thread(() -> kill(process), name + "-kill");
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  /** Starts it and returns at once; the first call of another method waits until it is ready. */
  public static Participant start(Launch launch) {
    return new Participant(launch.name(), launch.start());
  }

  public String name() {
    return name;
  }

  /** What it told of itself when it was ready. */
  public JsonNode about() {
    if (about == null) {
      about = answer("ready");
    }
    return about;
  }

  /** The versions that it told, e.g. of {@code JDK}, {@code PyTorch}. */
  public Map<String, String> versions() {
    Map<String, String> versions = new TreeMap<>();
    about()
        .path("versions")
        .properties()
        .forEach(v -> versions.put(v.getKey(), v.getValue().asText()));
    return versions;
  }

  /**
   * One round.
   *
   * @param order what its side expects, written as JSON
   * @return its figures
   * @throws BenchmarkException if it fails, ends, or says something else
   */
  public JsonNode run(Object order) {
    JsonNode unused = about();
    try {
      orders.write("run " + JSON.writeValueAsString(order) + "\n");
      orders.flush();
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("an order that cannot be written: " + order, e);
    } catch (IOException gone) {
      throw failure("took no order", gone);
    }
    return answer("done");
  }

  /** Asks it to end, and kills it if it has not after 10 s, with all processes that it started. */
  @Override
  public void close() {
    try (orders) {
      orders.write("exit\n");
    } catch (IOException gone) {
      // It has ended already: what is wanted.
      kill(process);
    }
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        kill(process);
      }
    } catch (InterruptedException e) {
      kill(process);
      Thread.currentThread().interrupt();
    }
    forgetAtExit();
  }

  private void forgetAtExit() {
    try {
      boolean unused = Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException exiting) {
      kill(process);
    }
  }

  private static void kill(Process process) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    boolean unused = process.toHandle().destroyForcibly();
  }

  private JsonNode answer(String word) {
    try {
      Optional<String> line = output.next(LIMIT);
      if (line.isEmpty()) {
        process.waitFor(10, TimeUnit.SECONDS);
        String status =
            process.isAlive() ? "closed its output" : "ended with status " + process.exitValue();
        throw failure(status + " where '" + word + "' was expected", null);
      }
      if (!line.get().startsWith(word + " ")) {
        throw failure("said '" + line.get() + "' where '" + word + " {…}' was expected", null);
      }
      return JSON.readTree(line.get().substring(word.length() + 1));
    } catch (JsonProcessingException e) {
      throw failure("said no JSON behind '" + word + "'", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failure("was interrupted", e);
    }
  }

  private BenchmarkException failure(String what, @Nullable Exception cause) {
    String errors = lastErrors();
    String message =
        "participant "
            + name
            + " "
            + what
            + (errors.isEmpty() ? "" : "; its last lines:\n" + errors);
    return cause == null ? new BenchmarkException(message) : new BenchmarkException(message, cause);
  }

  private String lastErrors() {
    try {
      return output.lastErrors(!process.isAlive());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    }
  }
}
