package dev.tidemill.benchmarks.serving;

import dev.tidemill.benchmarks.BenchmarkException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How many versions a worker has taken to serve, as its metrics endpoint tells. */
final class SwapCount {
  private static final Pattern SWAPS =
      Pattern.compile("(?m)^tidemill_version_swaps_total(?:\\{[^}]*})? (\\S+)$");

  private final HttpClient http = HttpClient.newHttpClient();
  private final HttpRequest request;

  /** Of the worker whose endpoint listens on a port of this machine. */
  SwapCount(int port) {
    request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics")).build();
  }

  long now() throws IOException, InterruptedException {
    return parse(http.send(request, HttpResponse.BodyHandlers.ofString()).body());
  }

  /** Out of the endpoint's text. */
  static long parse(String metrics) {
    Matcher matcher = SWAPS.matcher(metrics);
    if (!matcher.find()) {
      throw new BenchmarkException("a worker's metrics tell no swaps");
    }
    return (long) Double.parseDouble(matcher.group(1));
  }
}
