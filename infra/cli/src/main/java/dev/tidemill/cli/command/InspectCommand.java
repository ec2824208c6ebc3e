package dev.tidemill.cli.command;

import dev.tidemill.checkpoints.ManifestLog;
import dev.tidemill.cli.option.ConnectionOptions;
import dev.tidemill.cli.option.TimeConverter;
import dev.tidemill.cli.output.AnsweredRequest;
import dev.tidemill.cli.output.FoundRecord;
import dev.tidemill.cli.output.RootRanges;
import dev.tidemill.cli.run.ExitStatus;
import dev.tidemill.cli.run.ModelContext;
import dev.tidemill.contract.Contract;
import dev.tidemill.messaging.TopicAdmin;
import dev.tidemill.messaging.TopicRole;
import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.schemas.Prediction;
import dev.tidemill.schemas.PredictionRequest;
import dev.tidemill.schemas.Topics;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "inspect",
    mixinStandardHelpOptions = true,
    header = "Show a request's answer, and what the version that gave it was trained on.",
    description = {
      "Reads the committed records of requests, predictions and labels. The times at which the"
          + " worker received and computed the request follow from the durations in the answer."
          + " Ranges are partition:start-end of the batches topic, with the epoch after '@'. \"since"
          + " root\" is all that the version's model has read since its parameters were fresh. If a"
          + " caller has used the id again, shows its newest request. Exits with status 1 if there"
          + " is no such request, or if it has no answer or several.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  tidemill inspect 17 --model digits",
      "  tidemill inspect order-4711 --since 2026-01-31T12:00:00Z --json"
    })
final class InspectCommand implements Callable<Integer> {
  private static final String CLIENT_ID = "tidemill-inspect";

  @Spec private CommandSpec spec;
  @Mixin private ConnectionOptions connection = new ConnectionOptions();

  @Parameters(paramLabel = "REQUEST-ID", description = "the request's id")
  private String id = "";

  @Option(
      names = "--since",
      paramLabel = "TIME",
      converter = TimeConverter.class,
      description =
          "read the topics from this time on, such as 2026-01-31T12:00:00Z (default: all of them)")
  private @Nullable Instant since;

  @Option(names = "--json", description = "print one JSON object")
  private boolean json;

  @Override
  public Integer call() {
    ModelContext context = ModelContext.of(connection.settings());
    context.require(TopicRole.INSPECTOR);
    RequestSearch search = RequestSearch.read(context, id, since);
    PrintWriter err = spec.commandLine().getErr();
    if (search.malformed() > 0) {
      err.println("inspect: skipped " + search.malformed() + " records that could not be decoded");
    }
    if (search.requests() > 1) {
      err.println(
          "inspect: %d requests have this id; this is the newest".formatted(search.requests()));
    }
    FoundRecord<PredictionRequest> request = search.newest().orElse(null);
    List<FoundRecord<Prediction>> answers =
        request == null
            ? search.newestAnswers()
            : search.answersTo(request, requestsTopicId(context));
    FoundRecord<Prediction> answer = single(answers, request, context);
    ManifestLog manifests =
        ManifestLog.of(context.clients(), context.codec(), context.topics(), CLIENT_ID);
    Optional<Checkpoint> version =
        answer.value().getModelVersion() == 0
            ? Optional.empty()
            : manifests.version(answer.value().getModelVersion());
    print(
        new AnsweredRequest(
            request,
            answer,
            version.orElse(null),
            version.map(known -> read(manifests, known)).orElse(null),
            version.flatMap(known -> contract(context, known)).orElse(null),
            search.labelOf(answer.value()).orElse(null)));
    return ExitStatus.DONE;
  }

  private static String requestsTopicId(ModelContext context) {
    try (TopicAdmin admin = context.openAdmin()) {
      return admin.describe(context.topics(), Topics.Name.REQUESTS).id().toString();
    }
  }

  private FoundRecord<Prediction> single(
      List<FoundRecord<Prediction>> answers,
      @Nullable FoundRecord<PredictionRequest> request,
      ModelContext context) {
    if (answers.size() == 1) {
      return answers.get(0);
    }
    if (answers.size() > 1) {
      throw new IllegalStateException(
          "request '%s' has %d committed answers on %s, at %s; with"
                  .formatted(
                      id,
                      answers.size(),
                      context.topics().predictions(),
                      answers.stream()
                          .map(FoundRecord::place)
                          .collect(Collectors.joining(" and at ")))
              + " processing.guarantee=exactly_once, each request has one (guarantee G5)");
    }
    if (request == null) {
      throw new IllegalStateException(
          "there is no request '%s' on %s%s"
              .formatted(id, context.topics().requests(), since == null ? "" : " since " + since));
    }
    throw new IllegalStateException(
        "request '%s' (%s, of %s) has no answer yet"
            .formatted(id, request.place(), request.value().getCreatedAt()));
  }

  private static RootRanges read(ManifestLog manifests, Checkpoint version) {
    RootRanges read = new RootRanges(version);
    manifests.forEach(read::add);
    return read;
  }

  private static Optional<Contract> contract(ModelContext context, Checkpoint version) {
    return context.contracts().stream()
        .filter(contract -> contract.version() == version.getContract())
        .findFirst();
  }

  private void print(AnsweredRequest found) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(found.toRow().toJson());
    } else {
      found.lines().forEach(out::println);
    }
    out.flush();
  }
}
