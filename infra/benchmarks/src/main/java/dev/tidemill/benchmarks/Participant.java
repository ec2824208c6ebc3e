package dev.tidemill.benchmarks;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.Writer;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A process that takes part in a benchmark. It writes <code>ready {…}</code>, and <code>done {…}
 * </code> after each line <code>run {…}</code>, which orders one round. <code>exit</code> or the
 * end of its input ends it. The other side is {@link ParticipantLoop} in Java and {@code
 * participant.py} in Python. One thread at a time.
 */
public final class Participant implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration LIMIT = Duration.ofMinutes(10);

  private final String name;
  private final BlockingQueue<Optional<String>> answers = new LinkedBlockingQueue<>();
  private final Service process;
  private final Writer orders;
  private @Nullable JsonNode ready;

  private Participant(Launch launch) {
    name = launch.name();
    process = Service.start(launch, answers::add);
    orders = process.input();
  }

  /** Starts the process and returns at once; other methods wait until it is ready. */
  public static Participant start(Launch launch) {
    return new Participant(launch);
  }

  public String name() {
    return name;
  }

  /** Waits until it is ready, and returns what it wrote about itself. */
  JsonNode ready() {
    if (ready == null) {
      ready = answer("ready");
    }
    return ready;
  }

  /** Its versions, e.g. of {@code JDK}, {@code PyTorch}. */
  public Map<String, String> versions() {
    return JSON.convertValue(ready().path("versions"), new TypeReference<>() {});
  }

  /**
   * Runs one round.
   *
   * @param order is sent as JSON
   * @return the round's figures
   * @throws BenchmarkException if the participant fails or violates the protocol
   */
  public JsonNode run(Object order) {
    JsonNode unused = ready();
    JsonNode json = JSON.valueToTree(order);
    try {
      orders.write("run " + json + "\n");
      orders.flush();
    } catch (IOException e) {
      throw failure("did not read its order", e);
    }
    return answer("done");
  }

  /** Runs one round that returns a value of a type. */
  public <T> T run(Object order, Class<T> result) {
    return JSON.convertValue(run(order), result);
  }

  /** Asks the process to exit, and kills it and all that it started after 10 s. */
  @Override
  public void close() {
    try (orders) {
      orders.write("exit\n");
    } catch (IOException ended) {
      process.close();
    }
    process.awaitEnd();
  }

  private JsonNode answer(String word) {
    try {
      Optional<String> line = answers.poll(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
      if (line == null) {
        throw failure("wrote nothing for " + LIMIT.toSeconds() + " s", null);
      }
      if (line.isEmpty() || !line.get().startsWith(word + " ")) {
        String instead = line.map("wrote '%s'"::formatted).orElseGet(process::status);
        throw failure(instead + "; '" + word + " {…}' was expected", null);
      }
      return JSON.readTree(line.get().substring(word.length() + 1));
    } catch (JsonProcessingException e) {
      throw failure("wrote invalid JSON after '" + word + "'", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failure("was interrupted", e);
    }
  }

  private BenchmarkException failure(String what, @Nullable Exception cause) {
    return new BenchmarkException("participant " + name + " " + what + process.lastLines(), cause);
  }
}
