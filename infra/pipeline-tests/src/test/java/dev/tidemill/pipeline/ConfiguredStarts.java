package dev.tidemill.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.pipeline.ExpectedViolations.Command;
import dev.tidemill.schemas.Topics;
import dev.tidemill.testbed.Eventually;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Starts each command on one topic configuration, and checks that it works or what it refuses. */
final class ConfiguredStarts {
  private static final Pattern VIOLATION =
      Pattern.compile("topic tidemill\\.[^. ]+\\.(\\S+): (\\S+) is ");

  private final TopicConfiguration configuration;
  private final Pipeline pipeline;
  private final TinyModel tiny;
  private final Admin admin;
  private boolean trained;
  private boolean served;

  ConfiguredStarts(
      TopicConfiguration configuration, Pipeline pipeline, TinyModel tiny, Admin admin) {
    this.configuration = configuration;
    this.pipeline = pipeline;
    this.tiny = tiny;
    this.admin = admin;
  }

  /** Whether the trainer started and trained. */
  boolean trained() {
    return trained;
  }

  /** Whether the model answered requests. */
  boolean served() {
    return served;
  }

  void run() throws Exception {
    if (!accepts(Command.TRAIN)) {
      assertRefused(Command.TRAIN, tiny.train(pipeline));
    }
    if (!accepts(Command.PRODUCE)) {
      assertRefused(Command.PRODUCE, tiny.produce(pipeline));
    }
    if (!accepts(Command.PREDICT)) {
      assertRefused(Command.PREDICT, tiny.predict(pipeline));
    }
    if (!accepts(Command.SERVE)) {
      try (ServingThread serving = new ServingThread(pipeline)) {
        Optional<Outcome> ended = serving.awaitReadyOrRefused();
        assertRefused(Command.SERVE, ended.orElseThrow(() -> new AssertionError("serves")));
      }
    }
    if (accepts(Command.TRAIN) && accepts(Command.PRODUCE)) {
      work();
    } else if (accepts(Command.TRAIN)) {
      assertNamed(tiny.train(pipeline), pipeline.topics.batches(), "holds no usable record");
    }
  }

  private boolean accepts(Command command) {
    return ExpectedViolations.of(configuration, command).isEmpty() && missing(command).isEmpty();
  }

  private List<String> missing(Command command) {
    List<String> missing = new ArrayList<>();
    for (Topics.Name name : Topics.Name.values()) {
      if (command.uses(name) && !configuration.exists(name)) {
        missing.add(pipeline.topics.get(name));
      }
    }
    return missing;
  }

  /** Asserts a refusal. A missing topic is reported before violations of other topics. */
  private void assertRefused(Command command, Outcome outcome) {
    List<String> missing = missing(command);
    if (!missing.isEmpty()) {
      assertNamed(outcome, missing.get(0), "does not exist");
      return;
    }
    String errors = refusal(outcome);
    Set<String> named = new TreeSet<>();
    Matcher violation = VIOLATION.matcher(errors);
    while (violation.find()) {
      named.add(violation.group(1) + " " + violation.group(2));
    }
    assertThat(named).as(errors).isEqualTo(ExpectedViolations.of(configuration, command));
  }

  private static void assertNamed(Outcome outcome, String topic, String what) {
    assertThat(refusal(outcome)).contains("topic " + topic).contains(what);
  }

  /** Asserts that a command failed properly, and returns its error output. */
  private static String refusal(Outcome outcome) {
    String errors = String.join("\n", outcome.error());
    assertThat(outcome.status()).as(errors).isIn(1, 2);
    assertThat(errors).doesNotContain("\tat ");
    return errors;
  }

  private void work() throws Exception {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    int partitions = configuration.partitions(Topics.Name.BATCHES);
    for (int partition = 0; partition < partitions; partition++) {
      records.add(TinyModel.malformed(pipeline.topics.batches(), partition));
      if (!configuration.isWhole()) {
        records.add(TinyModel.batch(pipeline, partition));
      }
    }
    if (answers()) {
      records.add(TinyModel.malformed(pipeline.topics.requests(), 0));
    }
    List<Long> unused = pipeline.send(records);
    if (configuration.isWhole()) {
      tiny.produce(pipeline).done();
    }
    int samples = configuration.isWhole() ? TinyModel.SENT : TinyModel.SAMPLES * partitions;
    tiny.train(pipeline).done();
    Audit audit = new Audit(pipeline);
    if (configuration.isWhole()) {
      audit.assertSentOnce(TinyModel.SENT);
    }
    audit.assertTrainedOnce(samples, 0);
    audit.assertBadBatchesRefusedOnce(partitions);
    trained = true;
    if (configuration.isWhole() && accepts(Command.SERVE)) {
      serve(partitions);
    }
    if (configuration.recreated().isPresent()) {
      startAgainOver(configuration.recreated().get(), samples);
    }
  }

  /** Whether both serving and requests are allowed. */
  private boolean answers() {
    return configuration.isWhole() && accepts(Command.SERVE) && accepts(Command.PREDICT);
  }

  private void serve(int badBatches) throws Exception {
    try (ServingThread serving = new ServingThread(pipeline)) {
      assertThat(serving.awaitReadyOrRefused()).isEmpty();
      if (!answers()) {
        return;
      }
      Outcome answered = tiny.predict(pipeline).done();
      assertThat(answered.out()).hasSize(TinyModel.REQUESTS);
      // The bad request may be in another partition than the answered ones.
      Eventually.await().until(() -> pipeline.deadLetters().size() > badBatches);
    }
    Audit audit = new Audit(pipeline);
    audit.assertAnsweredOnce(TinyModel.REQUESTS);
    audit.assertBadRequestsRefusedOnce(1);
    served = true;
  }

  /** Recreates a topic and trains again. Only topics with state must be reported. */
  private void startAgainOver(Topics.Name name, int samples) throws Exception {
    configuration.recreate(admin, pipeline.topics, name);
    String topic = pipeline.topics.get(name);
    Outcome again = tiny.train(pipeline);
    switch (name) {
      case BATCHES -> {
        assertNamed(again, topic, "topic id");
        if (configuration.isWhole()) {
          assertNamed(tiny.produce(pipeline), topic, "with id");
        }
      }
      case CHECKPOINTS, CHECKPOINT_CHUNKS -> assertNamed(again, topic, "recreated");
      case CONTRACT -> {
        if (configuration.isWhole()) {
          assertNamed(again, topic, "does not have it");
        } else {
          assertNothingNew(again, samples); // Its batches have no contract.
        }
      }
      case REQUESTS, PREDICTIONS, LABELS, PROGRESS, CONTROL, DEAD_LETTERS ->
          assertNothingNew(again, samples);
    }
  }

  private void assertNothingNew(Outcome again, int samples) {
    assertThat(again.done().error()).anyMatch(line -> line.contains("nothing new"));
    new Audit(pipeline).assertTrainedOnce(samples, 0);
  }
}
