package dev.tidemill.benchmarks.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.benchmarks.JavaRuntime;
import dev.tidemill.benchmarks.Launch;
import dev.tidemill.benchmarks.Service;
import dev.tidemill.engine.ModelSpec;
import dev.tidemill.inference.ProcessingGuarantee;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.WithKafka;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** Fifty requests to each contender. */
@WithKafka
class LoadLineIT {
  private static final String PYTHON = System.getenv().getOrDefault("PYTHON", "python3");
  private static final Path SCRIPT = Path.of("src/main/python/answerer.py").toAbsolutePath();
  private static final Duration START_LIMIT = Duration.ofSeconds(90);

  private final KafkaCluster kafka;

  LoadLineIT(KafkaCluster kafka) {
    this.kafka = kafka;
  }

  @Test
  void theWorkerAnswersOnceWithThePublishedVersion() throws Exception {
    ServedModel model = ServedModel.create("load-line", kafka.bootstrapServers());
    try (VersionPublisher versions =
            new VersionPublisher(model.context(), ModelSpec.load("lenet"), 2);
        Service worker = Service.start(model.worker(JavaRuntime.own(), "worker"));
        LoadLine line = new LoadLine(kafka.bootstrapServers(), model.target())) {
      assertThat(versions.publish().getVersion()).isEqualTo(1);
      var unused = worker.awaitLine(ServedModel.SERVES, START_LIMIT);
      complete(line.run(LoadOrder.backlog(model.target(), 50)));
      LoadResult result =
          line.run(LoadOrder.openLoop(model.target(), 500, 0.1, 0.02).withVersions());
      complete(result);
      assertThat(result.p50Millis()).isPositive().isLessThanOrEqualTo(result.p99Millis());
      assertThat(result.firstByVersion()).containsOnlyKeys(1L);
    }
  }

  @Test
  @EnabledIf("pythonCanAnswer")
  void thePythonLoopAnswersOnceWithEachGuarantee() throws Exception {
    for (ProcessingGuarantee guarantee : ProcessingGuarantee.values()) {
      ServedModel model =
          ServedModel.create("python-" + guarantee.word(), kafka.bootstrapServers());
      LoadTarget target = model.target("raw");
      Launch launch =
          new Launch(
              "answerer",
              Stream.concat(
                      Stream.of(PYTHON, SCRIPT.toString()),
                      Stream.of(Contender.answererArguments(model, guarantee)))
                  .toList(),
              Map.of());
      try (Service answerer = Service.start(launch);
          LoadLine line = new LoadLine(kafka.bootstrapServers(), target)) {
        var unused = answerer.awaitLine(Pattern.compile("^ready"), START_LIMIT);
        complete(line.run(LoadOrder.backlog(target, 50)));
        complete(line.run(LoadOrder.openLoop(target, 500, 0.1, 0)));
      }
    }
  }

  private static void complete(LoadResult result) {
    assertThat(result.sent()).isEqualTo(50);
    assertThat(result.missing()).isZero();
    assertThat(result.duplicates()).isZero();
    assertThat(result.perSecond()).isPositive();
  }

  static boolean pythonCanAnswer() throws Exception {
    try {
      return new ProcessBuilder(PYTHON, "-c", "import torch, confluent_kafka").start().waitFor()
          == 0;
    } catch (IOException noPython) {
      return false;
    }
  }
}
