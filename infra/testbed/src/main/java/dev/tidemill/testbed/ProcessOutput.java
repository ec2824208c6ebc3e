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

/** Collects the lines that a process writes; a thread can wait for a line. */
final class ProcessOutput {
  private final List<String> out = new ArrayList<>();
  private final List<String> error = new ArrayList<>();
  private final List<String> all = new ArrayList<>();
  private int open = 2;

  /** Reads both streams of a process on two threads, which end with the process. */
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

  /**
   * Waits for the first line that contains the pattern; empty if both streams end or the limit
   * passes.
   */
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

  /** Waits until both streams have ended, so that all output is here. */
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
      throw new UncheckedIOException("cannot read the output of a child process", e);
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
