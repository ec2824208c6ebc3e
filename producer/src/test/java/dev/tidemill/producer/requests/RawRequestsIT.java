package dev.tidemill.producer.requests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.contract.Contract;
import dev.tidemill.contract.ContractFile;
import dev.tidemill.contract.DeriveOptions;
import dev.tidemill.messaging.TopicRole;
import dev.tidemill.producer.Destination;
import dev.tidemill.producer.TestLog;
import dev.tidemill.producer.source.ReadingOrder;
import dev.tidemill.producer.source.SampleSource;
import dev.tidemill.producer.source.SourceOptions;
import dev.tidemill.producer.source.SourceSpec;
import dev.tidemill.producer.source.Sources;
import dev.tidemill.producer.source.download.DownloadCache;
import dev.tidemill.producer.source.lines.StreamedLines;
import dev.tidemill.runtime.HealthTimeout;
import dev.tidemill.runtime.Metrics;
import dev.tidemill.schemas.Label;
import dev.tidemill.schemas.Prediction;
import dev.tidemill.schemas.PredictionRequest;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.TopicReader;
import dev.tidemill.testbed.WithKafka;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests carry raw values, and answers are compared by name. */
@WithKafka
class RawRequestsIT {
  private static final RequestSettings SETTINGS =
      new RequestSettings(
          0, 50, 1 << 20, HealthTimeout.STANDARD, Duration.ofMinutes(1), Duration.ZERO, true, "");
  private static final Contract CONTRACT =
      ContractFile.parse(
          """
          features: [{name: length}, {name: color, kind: category, categories: [blue, red]}]
          label: {name: species, classes: [setosa, virginica]}
          """);

  @TempDir private Path dir;

  private final KafkaCluster cluster;
  private final List<Answer> answers = new CopyOnWriteArrayList<>();
  private final List<String> notices = new CopyOnWriteArrayList<>();
  private final List<String> refused = new CopyOnWriteArrayList<>();

  RawRequestsIT(KafkaCluster cluster) {
    this.cluster = cluster;
  }

  @Test
  void sendsRowsAsNamedValuesAndComparesByName() throws Exception {
    Destination to = TestLog.fresh(cluster.bootstrapServers(), "named");
    Path file =
        Files.writeString(
            dir.resolve("t.csv"),
            "species,note,color,length\nvirginica,n,red,5.50\nsetosa,n,,1e1\nother,n,blue,2\n");
    SampleSource rows =
        new Sources(InputStream.nullInputStream(), new DownloadCache(dir), Map.of())
            .open(SourceSpec.parse("csv:" + file), SourceOptions.FOR_REQUESTS, ReadingOrder.AS_IS);
    AnswerSummary summary = ask(to, rows);

    List<PredictionRequest> requests = requests(to);
    assertThat(requests).extracting(PredictionRequest::getInputs).containsOnlyNulls();
    Map<String, Object> first = Objects.requireNonNull(requests.get(0).getValues());
    assertThat(first.keySet()).containsExactlyInAnyOrder("length", "color");
    assertThat(String.valueOf(first.get("length")))
        .as("text that a double would not keep")
        .isEqualTo("5.50");
    assertThat(String.valueOf(first.get("color"))).isEqualTo("red");
    Map<String, Object> second = Objects.requireNonNull(requests.get(1).getValues());
    assertThat(second).containsEntry("color", null);
    Map<String, Object> third = Objects.requireNonNull(requests.get(2).getValues());
    assertThat(third).containsEntry("length", 2.0);
    assertThat(notices)
        .singleElement()
        .satisfies(notice -> assertThat(notice).contains("ignoring `note`"));
    assertThat(summary.accuracy()).as("all answers are virginica").hasValue(1 / 3.0);
    assertThat(TopicReader.committed(cluster.bootstrapServers(), to.topics().labels()))
        .extracting(record -> to.codec().decode(record, Label.class).getLabel())
        .containsExactlyInAnyOrder(1, 0);
  }

  @Test
  void numbersAnswersByLineAndKeepsTheCallersId() throws Exception {
    Destination to = TestLog.fresh(cluster.bootstrapServers(), "lines");
    String text =
        """
        {"features":{"length":1,"color":"red"},"label":"setosa"}
        {"features":{"length":
        {"features":{"length":3,"color":"red"},"label":"virginica"}
        {"features":{"length":4,"color":"red"},"label":"virginica","id":"a17"}
        """;
    AnswerSummary summary =
        ask(
            to,
            new StreamedLines(
                new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)),
                "standard input",
                Long.MAX_VALUE,
                DeriveOptions.DEFAULT));
    assertThat(requests(to))
        .extracting(PredictionRequest::getRequestId)
        .containsExactly("0", "2", "a17");
    assertThat(answers)
        .extracting(answer -> answer.prediction().getRequestId())
        .containsExactlyInAnyOrder("0", "2", "a17");
    assertThat(refused)
        .containsExactly(
            "standard input line 2: not JSON: the line ends within a value; each line must hold one"
                + " whole object");
    assertThat(summary.isComplete()).as("a line was left out").isFalse();
    assertThat(summary.missing()).isZero();
  }

  private AnswerSummary ask(Destination to, SampleSource source) throws InterruptedException {
    AnswerListener listener =
        new AnswerListener() {
          @Override
          public void answered(Answer answer) {
            answers.add(answer);
          }

          @Override
          public void notice(String notice) {
            notices.add(notice);
          }

          @Override
          public void refused(String reason) {
            refused.add(reason);
          }
        };
    try (ScriptedAnswerer answerer =
            new ScriptedAnswerer(to, request -> List.of(virginica(request)));
        Metrics metrics = new Metrics("m");
        PredictionClient client =
            new PredictionClient(
                to, TopicRole.CALLER, List.of(CONTRACT), source, SETTINGS, listener, metrics)) {
      client.start();
      client.awaitEnd();
      assertThat(client.health().cause()).isNull();
      assertThat(answerer).isNotNull();
      return client.summary();
    }
  }

  private static Prediction virginica(PredictionRequest request) {
    Prediction prediction = ScriptedAnswerer.label(request, 1);
    prediction.setLabelName("virginica");
    return prediction;
  }

  private List<PredictionRequest> requests(Destination to) {
    return TopicReader.committed(cluster.bootstrapServers(), to.topics().requests()).stream()
        .map(record -> to.codec().decode(record, PredictionRequest.class))
        .sorted(java.util.Comparator.comparing(PredictionRequest::getRequestId))
        .toList();
  }
}
