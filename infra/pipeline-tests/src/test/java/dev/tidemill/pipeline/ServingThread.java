package dev.tidemill.pipeline;

import dev.tidemill.cli.Tidemill;
import dev.tidemill.testbed.Eventually;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Runs {@code serve} on a thread of this JVM. Closing it interrupts the command and waits. */
final class ServingThread implements AutoCloseable {
  private static final Pattern PORT = Pattern.compile("metrics: port (\\d+)");

  private final StringWriter error = new StringWriter();
  private final CompletableFuture<Integer> status = new CompletableFuture<>();
  private final Thread thread;

  ServingThread(Pipeline pipeline) {
    String[] arguments = pipeline.arguments("serve", "--metrics-port", "0").toArray(String[]::new);
    thread =
        new Thread(
            () ->
                status.complete(
                    Tidemill.commandLineFor(arguments)
                        .setErr(new PrintWriter(error, true))
                        .execute(arguments)),
            "serving");
    thread.start();
  }

  /** Waits until the command is ready or has ended; returns the outcome if it has ended. */
  Optional<Outcome> awaitReadyOrRefused() {
    Eventually.await().until(() -> status.isDone() || isReady());
    return status.isDone()
        ? Optional.of(new Outcome(status.join(), List.of(), error.toString().lines().toList()))
        : Optional.empty();
  }

  private boolean isReady() throws IOException {
    Matcher port = PORT.matcher(error.toString());
    if (!port.find()) {
      return false;
    }
    HttpURLConnection ready =
        (HttpURLConnection)
            URI.create("http://127.0.0.1:" + port.group(1) + "/health/ready")
                .toURL()
                .openConnection();
    try {
      return ready.getResponseCode() == 200;
    } finally {
      ready.disconnect();
    }
  }

  @Override
  public void close() {
    thread.interrupt();
    Eventually.await().until(status::isDone);
  }
}
