package dev.tidemill.testbed;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The lines that a process has written so far; a thread waits for one to come. */
final class ProcessOutput {
  private final List<String> out = new ArrayList<>();
  private final List<String> error = new ArrayList<>();
  private final List<String> all = new ArrayList<>();
  private int open = 2;

  /** Reads both streams of a process, on two threads that end with it. */
  static ProcessOutput of(Process process, String name) {
    ProcessOutput output = new ProcessOutput();
    output.drain(process.getInputStream(), output.out, name + "-out");
    output.drain(process.getErrorStream(), output.error, name + "-error");
    return output;
  }

  synchronized List<String> out() {
    return List.copyOf(out);
  }

  synchronized List<String> error() {
    return List.copyOf(error);
  }

  synchronized String tail() {
    return String.join("\n", all.subList(Math.max(0, all.size() - 50), all.size()));
  }

  /** The first line in which the pattern is found; empty when both streams end or time is over. */
  synchronized Optional<Matcher> await(Pattern pattern, Duration limit)
      throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    for (int seen = 0; ; ) {
      for (; seen < all.size(); seen++) {
        Matcher matcher = pattern.matcher(all.get(seen));
        if (matcher.find()) {
          return Optional.of(matcher);
        }
      }
      long left = deadline - System.nanoTime();
      if (open == 0 || left <= 0) {
        return Optional.empty();
      }
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
  }

  /** Waits until everything that the process wrote is here. */
  synchronized void awaitEnd() throws InterruptedException {
    while (open > 0) {
      wait();
    }
  }

  private void drain(InputStream stream, List<String> lines, String name) {
    Thread thread = new Thread(() -> read(stream, lines), name);
    thread.setDaemon(true);
    thread.start();
  }

  private void read(InputStream stream, List<String> lines) {
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        add(lines, line);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("a child's output broke off", e);
    } finally {
      ended();
    }
  }

  private synchronized void add(List<String> lines, String line) {
    lines.add(line);
    all.add(line);
    notifyAll();
  }

  private synchronized void ended() {
    open--;
    notifyAll();
  }
}
