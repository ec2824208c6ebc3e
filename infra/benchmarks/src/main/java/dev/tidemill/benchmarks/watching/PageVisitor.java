package dev.tidemill.benchmarks.watching;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidemill.benchmarks.BenchmarkException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Somebody who has all tabs of a model's page open: keeps the stream, and once a second asks for
 * what each tab asks for, one request after the other, on a thread of its own.
 */
final class PageVisitor implements AutoCloseable {
  private static final Duration PERIOD = Duration.ofSeconds(1);
  private static final String VIEW = "view";

  /** What the page's tabs ask for after the view. */
  private static final List<String> PARTS =
      List.of(
          "training",
          "serving",
          "figures",
          "freshness",
          "versions",
          "recent",
          "features",
          "labels",
          "letters",
          "pending/batches",
          "pending/requests",
          "commands",
          "drifts");

  /** What it asks for last, followed by the number of the newest version. */
  private static final String VERSION = "versions/";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http = HttpClient.newHttpClient();
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(task -> new Thread(task, "page-visitor"));
  private final String model;
  private final Duration limit;
  private final CompletableFuture<HttpResponse<Void>> stream;

  /**
   * @param model the address of the model's part of the dashboard's interface, with a slash at its
   *     end
   * @param limit of a request, after which it fails
   */
  PageVisitor(String model, Duration limit) {
    this.model = model;
    this.limit = limit;
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(model + "stream"))
            .header("Accept", "text/event-stream")
            .build();
    this.stream = http.sendAsync(request, HttpResponse.BodyHandlers.discarding());
  }

  static int requestsPerVisit() {
    return PARTS.size() + 2;
  }

  /**
   * Visits while something else runs on the calling thread.
   *
   * @param other can ask whether a visit has failed, and end early
   * @return how long each request took, in milliseconds, by what was asked for
   */
  Map<String, List<Double>> during(Consumer<BooleanSupplier> other) {
    CountDownLatch over = new CountDownLatch(1);
    Future<Map<String, List<Double>>> visits = thread.submit(() -> visitUntil(over));
    other.accept(visits::isDone);
    over.countDown();
    Map<String, List<Double>> millis = await(visits);
    if (stream.isDone()) {
      throw new BenchmarkException("the dashboard closed the page's stream");
    }
    return millis;
  }

  private Map<String, List<Double>> visitUntil(CountDownLatch over) throws InterruptedException {
    Map<String, List<Double>> millis = new LinkedHashMap<>();
    long next = System.nanoTime();
    do {
      visit(millis);
      next += PERIOD.toNanos();
    } while (!over.await(next - System.nanoTime(), TimeUnit.NANOSECONDS));
    return millis;
  }

  private void visit(Map<String, List<Double>> millis) {
    long newest = readable(ask(VIEW, VIEW, millis)).path("newestVersion").asLong();
    for (String part : PARTS) {
      String unused = ask(part, part, millis);
    }
    // A page asks for no version before there is one.
    if (newest > 0) {
      String unused = ask(VERSION + newest, VERSION, millis);
    }
  }

  private String ask(String path, String part, Map<String, List<Double>> millis) {
    long began = System.nanoTime();
    String answer = get(path);
    millis.computeIfAbsent(part, first -> new ArrayList<>()).add((System.nanoTime() - began) / 1e6);
    return answer;
  }

  /** Asks for what the page shows first. */
  JsonNode view() {
    return readable(get(VIEW));
  }

  private static JsonNode readable(String json) {
    try {
      JsonNode view = JSON.readTree(json);
      if (view.path("unreadable").asLong() > 0) {
        throw new BenchmarkException(
            "the dashboard could not read " + view.path("lastUnreadable").asText());
      }
      return view;
    } catch (JsonProcessingException e) {
      throw new BenchmarkException("the view is not JSON", e);
    }
  }

  private String get(String part) {
    try {
      HttpResponse<String> response =
          http.send(
              HttpRequest.newBuilder(URI.create(model + part)).timeout(limit).build(),
              HttpResponse.BodyHandlers.ofString());
      if (response.statusCode() != 200) {
        throw new BenchmarkException(part + " was answered with " + response.statusCode());
      }
      return response.body();
    } catch (IOException e) {
      throw new BenchmarkException("the dashboard does not answer " + part, e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static <T> T await(Future<T> task) {
    try {
      return task.get();
    } catch (InterruptedException e) {
      throw interrupted(e);
    } catch (ExecutionException e) {
      throw new BenchmarkException("the visits failed", e.getCause());
    }
  }

  private static BenchmarkException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new BenchmarkException("interrupted", e);
  }

  @Override
  public void close() {
    thread.shutdownNow();
    stream.cancel(true);
  }
}
