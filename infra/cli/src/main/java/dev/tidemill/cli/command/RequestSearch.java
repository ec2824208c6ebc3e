package dev.tidemill.cli.command;

import dev.tidemill.cli.output.FoundRecord;
import dev.tidemill.cli.run.ModelContext;
import dev.tidemill.messaging.MalformedRecordException;
import dev.tidemill.messaging.TopicLog;
import dev.tidemill.schemas.Label;
import dev.tidemill.schemas.Prediction;
import dev.tidemill.schemas.PredictionRequest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** Finds the requests with an id, their answers and their labels. One thread. */
final class RequestSearch {
  private static final Comparator<FoundRecord<PredictionRequest>> BY_TIME =
      Comparator.comparing(
              (FoundRecord<PredictionRequest> request) -> request.value().getCreatedAt())
          .thenComparing(FoundRecord::offset);

  private final ModelContext context;
  private final String id;
  private final List<FoundRecord<PredictionRequest>> requests = new ArrayList<>();
  private final List<FoundRecord<Prediction>> answers = new ArrayList<>();
  private final List<Label> labels = new ArrayList<>();
  private long malformed;

  private RequestSearch(ModelContext context, String id) {
    this.context = context;
    this.id = id;
  }

  /**
   * Reads the three topics to their ends.
   *
   * @param since the time from which they are read; null for their beginnings
   * @throws dev.tidemill.messaging.OpenTransactionException if a transaction stays open on one
   */
  static RequestSearch read(ModelContext context, String id, @Nullable Instant since) {
    RequestSearch search = new RequestSearch(context, id);
    List<String> topics =
        List.of(
            context.topics().requests(), context.topics().predictions(), context.topics().labels());
    try (TopicLog log = TopicLog.open(context.clients(), "tidemill-inspect", topics)) {
      if (since != null) {
        log.seekToTime(since);
      }
      log.readToEnd(search::add);
    }
    return search;
  }

  private void add(ConsumerRecord<byte[], byte[]> record) {
    String topic = record.topic();
    if (topic.equals(context.topics().requests())) {
      decode(record, PredictionRequest.class, PredictionRequest::getRequestId)
          .ifPresent(each -> requests.add(found(record, each)));
    } else if (topic.equals(context.topics().predictions())) {
      decode(record, Prediction.class, Prediction::getRequestId)
          .ifPresent(each -> answers.add(found(record, each)));
    } else {
      decode(record, Label.class, Label::getRequestId).ifPresent(labels::add);
    }
  }

  private <T extends SpecificRecord> Optional<T> decode(
      ConsumerRecord<byte[], byte[]> record, Class<T> type, Function<T, String> idOf) {
    try {
      T value = context.codec().decode(record, type);
      return idOf.apply(value).equals(id) ? Optional.of(value) : Optional.empty();
    } catch (MalformedRecordException e) {
      malformed++;
      return Optional.empty();
    }
  }

  private static <T> FoundRecord<T> found(ConsumerRecord<?, ?> record, T value) {
    return new FoundRecord<>(record.partition(), record.offset(), value);
  }

  /** Records that could not be decoded; one of them may be the request or its answer. */
  long malformed() {
    return malformed;
  }

  /** Requests with the id: more than one if a caller has used it again. */
  int requests() {
    return requests.size();
  }

  /** The newest request with the id; empty if none is on the topic. */
  Optional<FoundRecord<PredictionRequest>> newest() {
    return requests.stream().max(BY_TIME);
  }

  /**
   * The committed answers to a request.
   *
   * @param topicId the id of the topic that has it
   */
  List<FoundRecord<Prediction>> answersTo(FoundRecord<PredictionRequest> request, String topicId) {
    return answers.stream()
        .filter(answer -> isOf(answer.value(), request.partition(), request.offset(), topicId))
        .toList();
  }

  /** The committed answers to the newest request that was answered, which is not on the topic. */
  List<FoundRecord<Prediction>> newestAnswers() {
    return answers.stream()
        .map(FoundRecord::value)
        .max(Comparator.comparing(Prediction::getRequestedAt))
        .map(
            newest ->
                answers.stream()
                    .filter(
                        answer ->
                            isOf(
                                answer.value(),
                                newest.getRequestPartition(),
                                newest.getRequestOffset(),
                                newest.getRequestTopicId()))
                    .toList())
        .orElse(List.of());
  }

  /** An answer may not know the topic's id, or where its request was. */
  private static boolean isOf(Prediction answer, int partition, long offset, String topicId) {
    boolean sameTopic =
        answer.getRequestTopicId().isEmpty() || answer.getRequestTopicId().equals(topicId);
    boolean samePlace =
        answer.getRequestPartition() == partition && answer.getRequestOffset() == offset;
    return sameTopic && (samePlace || answer.getRequestOffset() < 0);
  }

  /** The newest label of the request that an answer belongs to. */
  Optional<Label> labelOf(Prediction answer) {
    // An earlier request with the same id has earlier labels.
    boolean reused = requests.size() > 1 || answers.size() > 1;
    return labels.stream()
        .filter(label -> !reused || !label.getCreatedAt().isBefore(answer.getRequestedAt()))
        .max(Comparator.comparing(Label::getCreatedAt));
  }
}
