package dev.tidemill.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidemill.testbed.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A real Prometheus server that scrapes ports of this machine and evaluates rules. */
final class Prometheus implements AutoCloseable {
  private static final Path SERVER = Path.of("/usr/bin/prometheus");
  private static final Path TOOL = Path.of("/usr/bin/promtool");

  private final HttpClient http = HttpClient.newHttpClient();
  private final ObjectMapper json = new ObjectMapper();
  private final Process process;
  private final int port;
  private final Path log;

  private Prometheus(Process process, int port, Path log) {
    this.process = process;
    this.port = port;
    this.log = log;
  }

  static boolean isInstalled() {
    return Files.isExecutable(SERVER) && Files.isExecutable(TOOL);
  }

  /** Runs promtool in a folder; returns its status and what it printed. */
  static Outcome tool(Path folder, String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(TOOL.toString()));
    command.addAll(List.of(arguments));
    Process tool =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    List<String> lines =
        new String(tool.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    return new Outcome(tool.waitFor(), lines, List.of());
  }

  /**
   * Starts a server; returns when it answers.
   *
   * @param folder receives the configuration and the data
   * @param portsByJob what it scrapes, on the loopback address
   */
  static Prometheus start(Path folder, Map<String, List<Integer>> portsByJob, List<Path> rules)
      throws IOException {
    StringBuilder config =
        new StringBuilder("global: {scrape_interval: 2s, evaluation_interval: 2s}\nrule_files:\n");
    rules.forEach(file -> config.append("  - ").append(file.toAbsolutePath()).append('\n'));
    config.append("scrape_configs:\n");
    portsByJob.forEach(
        (job, ports) ->
            config
                .append("  - job_name: " + job + "\n    static_configs: [{targets: [")
                .append(
                    ports.stream()
                        .map(port -> "\"127.0.0.1:" + port + "\"")
                        .collect(Collectors.joining(", ")))
                .append("]}]\n"));
    Path file = Files.writeString(folder.resolve("prometheus.yml"), config);
    int port = freePort();
    Path log = folder.resolve("prometheus.log");
    Process process =
        new ProcessBuilder(
                SERVER.toString(),
                "--config.file=" + file,
                "--storage.tsdb.path=" + folder.resolve("data"),
                "--web.listen-address=127.0.0.1:" + port)
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    Prometheus prometheus = new Prometheus(process, port, log);
    boolean ready = false;
    try {
      Eventually.await().ignoreExceptions().until(prometheus::isReady);
      ready = true;
      return prometheus;
    } finally {
      if (!ready) {
        prometheus.close();
      }
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return any.getLocalPort();
    }
  }

  private boolean isReady() throws IOException {
    if (!process.isAlive()) {
      throw new AssertionError("Prometheus ended:\n" + Files.readString(log));
    }
    return get("/-/ready").statusCode() == 200;
  }

  /**
   * Executes an expression.
   *
   * @return the series of the result; throws if Prometheus refuses it
   */
  JsonNode query(String expression) {
    return data("/api/v1/query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8))
        .get("result");
  }

  /** Returns the active alerts, for example {@code TidemillNoLeader digits}. */
  List<String> alerts() {
    List<String> names = new ArrayList<>();
    for (JsonNode alert : data("/api/v1/alerts").get("alerts")) {
      JsonNode labels = alert.get("labels");
      names.add(labels.get("alertname").asText() + " " + labels.path("model").asText());
    }
    return names;
  }

  /** Returns all rules, each with its name, query, health and last error. */
  List<JsonNode> rules() {
    List<JsonNode> rules = new ArrayList<>();
    for (JsonNode group : data("/api/v1/rules").get("groups")) {
      group.get("rules").forEach(rules::add);
    }
    return rules;
  }

  private JsonNode data(String path) {
    try {
      HttpResponse<String> answer = get(path);
      if (answer.statusCode() != 200) {
        throw new AssertionError(path + ": " + answer.body());
      }
      return json.readTree(answer.body()).get("data");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private HttpResponse<String> get(String path) throws IOException {
    try {
      return http.send(
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
          HttpResponse.BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
