package dev.tidemill.cli.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidemill.runtime.InvalidSettingsException;
import dev.tidemill.runtime.Settings;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;

class LogFormatTest {
  private final PrintStream standardError = System.err;
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final LogProvider provider = new LogProvider();

  @BeforeEach
  void capture() {
    System.setErr(new PrintStream(written, true, StandardCharsets.UTF_8));
    provider.initialize();
  }

  @AfterEach
  void restore() {
    LogFormat.use(settings("text"));
    System.setErr(standardError);
  }

  @Test
  void logsOneJsonObjectALine() throws Exception {
    LogFormat.use(settings("json"));
    logger().warn("worker {} says \"{}\"\nin two lines", "w1", 7);

    JsonNode line = lines().get(0);
    assertThat(lines()).hasSize(1);
    assertThat(Instant.parse(line.get("time").asText())).isBeforeOrEqualTo(Instant.now());
    assertThat(line.get("level").asText()).isEqualTo("WARN");
    assertThat(line.get("logger").asText()).isEqualTo("dev.tidemill.Some");
    assertThat(line.get("thread").asText()).isEqualTo(Thread.currentThread().getName());
    assertThat(line.get("message").asText()).isEqualTo("worker w1 says \"7\"\nin two lines");
    assertThat(line.has("error")).isFalse();
  }

  @Test
  void logsAnErrorWithItsStackTrace() throws Exception {
    LogFormat.use(settings("json"));
    logger().error("failed", new IllegalStateException("why", new RuntimeException("cause")));

    assertThat(lines().get(0).get("error").asText())
        .startsWith("java.lang.IllegalStateException: why\n\tat ")
        .contains("Caused by: java.lang.RuntimeException: cause");
  }

  @Test
  void keepsTheLevelsOfTheTextLog() throws Exception {
    LogFormat.use(settings("json"));
    logger().debug("not shown");
    provider.getLoggerFactory().getLogger("org.apache.kafka.Some").warn("not shown");

    assertThat(lines()).isEmpty();
  }

  @Test
  void logsTextByDefault() {
    logger().info("{} of {}", 1, 2);

    assertThat(written.toString(StandardCharsets.UTF_8)).endsWith("[INFO] Some - 1 of 2\n");
  }

  @Test
  void writesWhatACommandPrintsAsJson() throws Exception {
    PrintWriter err = LineFormatter.around(new PrintWriter(written, true, StandardCharsets.UTF_8));
    err.println("metrics: port 9400");
    LogFormat.use(settings("json"));
    err.print("dashboard: ");
    err.println("http://127.0.0.1:8080/");
    err.println("tidemill: no broker answers");

    assertThat(written.toString(StandardCharsets.UTF_8)).startsWith("metrics: port 9400\n{");
    assertThat(lines())
        .extracting(line -> line.get("level").asText())
        .containsExactly("INFO", "WARN");
    assertThat(lines().get(0).get("message").asText())
        .isEqualTo("dashboard: http://127.0.0.1:8080/");
    assertThat(lines().get(1).get("logger").asText()).isEqualTo("tidemill");
  }

  @Test
  void refusesAnUnknownFormat() {
    assertThatThrownBy(() -> settings("xml"))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessageContaining("log.format");
  }

  private Logger logger() {
    return provider.getLoggerFactory().getLogger("dev.tidemill.Some");
  }

  private List<JsonNode> lines() throws Exception {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : written.toString(StandardCharsets.UTF_8).lines().toList()) {
      if (line.startsWith("{")) {
        lines.add(new ObjectMapper().readTree(line));
      }
    }
    return lines;
  }

  private static Settings settings(String format) {
    return Settings.check(Map.of(LogFormat.KEY, format), List.of(LogFormat.configDef()));
  }
}
