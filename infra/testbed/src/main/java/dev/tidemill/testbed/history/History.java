package dev.tidemill.testbed.history;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;

/**
 * What happened to one model. Lists are in the order of partitions and offsets, and contain records
 * of aborted and open transactions, too. A checker takes a history of workers that are idle: the
 * topics are not read at one instant.
 *
 * @param manifests including the ones that retention wrote again without payload
 * @param logStarts the first offset of each partition that is still on the log
 * @param training offsets of the trainers' group on {@code batches}
 * @param serving offsets of the inference workers' group on {@code requests}
 * @param requestsTopicId id of the topic {@code requests}; empty if there is none
 * @param pinned versions that an operator has pinned
 * @param leadershipEnds what a test knows about trainers that no longer lead
 */
public record History(
    List<Batch> batches,
    List<Manifest> manifests,
    List<Chunk> chunks,
    List<Request> requests,
    List<Answer> answers,
    List<Letter> letters,
    Map<TopicPartition, Long> logStarts,
    List<GroupOffset> training,
    List<GroupOffset> serving,
    String requestsTopicId,
    Set<Long> pinned,
    List<LeadershipEnd> leadershipEnds) {

  public History {
    batches = sorted(batches, Comparator.comparing(Batch::at, History::compare));
    manifests = sorted(manifests, Comparator.comparing(Manifest::at, History::compare));
    chunks = sorted(chunks, Comparator.comparing(Chunk::at, History::compare));
    requests = sorted(requests, Comparator.comparing(Request::at, History::compare));
    answers = sorted(answers, Comparator.comparing(Answer::at, History::compare));
    letters = sorted(letters, Comparator.comparing(Letter::at, History::compare));
    logStarts = Map.copyOf(logStarts);
    training = List.copyOf(training);
    serving = List.copyOf(serving);
    pinned = Set.copyOf(pinned);
    leadershipEnds = List.copyOf(leadershipEnds);
  }

  private static <T> List<T> sorted(List<T> records, Comparator<T> order) {
    return records.stream().sorted(order).toList();
  }

  private static int compare(Place one, Place other) {
    return one.partition() == other.partition()
        ? Long.compare(one.offset(), other.offset())
        : Integer.compare(one.partition(), other.partition());
  }

  /** Returns the last committed manifest of each version, by version. */
  public List<Manifest> versions() {
    Map<Long, Manifest> versions = new TreeMap<>();
    for (Manifest manifest : manifests) {
      if (manifest.committed()) {
        versions.put(manifest.version(), manifest);
      }
    }
    return List.copyOf(versions.values());
  }

  /** Returns the committed answers. */
  public List<Answer> committedAnswers() {
    return answers.stream().filter(Answer::committed).toList();
  }

  /**
   * Returns the committed answers to requests of the topic {@code requests} as it is now, in the
   * order of the requests' partitions and offsets. A recreated topic has other requests at the same
   * offsets. Answers are not in that order on the log: of two open transactions, the later one may
   * write first.
   */
  public List<Answer> answersByRequest() {
    return answers.stream()
        .filter(Answer::committed)
        .filter(answer -> answer.topicId().isEmpty() || answer.topicId().equals(requestsTopicId))
        .sorted(Comparator.comparing(Answer::request, History::compare))
        .toList();
  }

  /** Returns the committed dead letters about the records of a topic. */
  public List<Letter> lettersAbout(String topic) {
    return letters.stream()
        .filter(letter -> letter.committed() && letter.of().topic().equals(topic))
        .toList();
  }

  /** Whether a record may have been on the log, and was deleted since. */
  public boolean isDeleted(Place place) {
    return place.offset() < firstOffset(place.topic(), place.partition());
  }

  /** Returns the first offset of a partition that is still on the log. */
  public long firstOffset(String topic, int partition) {
    return logStarts.getOrDefault(new TopicPartition(topic, partition), 0L);
  }

  /** Returns the same history with what a test knows about trainers that no longer lead. */
  public History withLeadershipEnds(List<LeadershipEnd> ends) {
    return toBuilder().leadershipEnds(ends).build();
  }

  /** Returns a builder that has all of this history. */
  public Builder toBuilder() {
    Builder builder = new Builder();
    builder.batches.addAll(batches);
    builder.manifests.addAll(manifests);
    builder.chunks.addAll(chunks);
    builder.requests.addAll(requests);
    builder.answers.addAll(answers);
    builder.letters.addAll(letters);
    builder.logStarts.putAll(logStarts);
    builder.training.addAll(training);
    builder.serving.addAll(serving);
    builder.pinned.addAll(pinned);
    return builder.requestsTopicId(requestsTopicId).leadershipEnds(leadershipEnds);
  }

  /** Collects a history. One thread. */
  public static final class Builder {
    final List<Batch> batches = new ArrayList<>();
    final List<Manifest> manifests = new ArrayList<>();
    final List<Chunk> chunks = new ArrayList<>();
    final List<Request> requests = new ArrayList<>();
    final List<Answer> answers = new ArrayList<>();
    final List<Letter> letters = new ArrayList<>();
    final Map<TopicPartition, Long> logStarts = new HashMap<>();
    final List<GroupOffset> training = new ArrayList<>();
    final List<GroupOffset> serving = new ArrayList<>();
    final List<Long> pinned = new ArrayList<>();
    private String requestsTopicId = "";
    private List<LeadershipEnd> leadershipEnds = List.of();

    /** Adds records of {@code batches}. */
    public Builder batches(Batch... added) {
      batches.addAll(List.of(added));
      return this;
    }

    /** Adds records of {@code checkpoints}. */
    public Builder manifests(Manifest... added) {
      manifests.addAll(List.of(added));
      return this;
    }

    /** Adds records of {@code checkpoint-chunks}. */
    public Builder chunks(Chunk... added) {
      chunks.addAll(List.of(added));
      return this;
    }

    /** Adds records of {@code requests}. */
    public Builder requests(Request... added) {
      requests.addAll(List.of(added));
      return this;
    }

    /** Adds records of {@code predictions}. */
    public Builder answers(Answer... added) {
      answers.addAll(List.of(added));
      return this;
    }

    /** Adds records of {@code dead-letters}. */
    public Builder letters(Letter... added) {
      letters.addAll(List.of(added));
      return this;
    }

    /** Sets the first offset of a partition that is still on the log. */
    public Builder logStart(String topic, int partition, long offset) {
      logStarts.put(new TopicPartition(topic, partition), offset);
      return this;
    }

    /** Adds offsets of the trainers' group. */
    public Builder training(GroupOffset... added) {
      training.addAll(List.of(added));
      return this;
    }

    /** Adds offsets of the inference workers' group. */
    public Builder serving(GroupOffset... added) {
      serving.addAll(List.of(added));
      return this;
    }

    /** Adds a version that an operator has pinned. */
    public Builder pinned(long version) {
      pinned.add(version);
      return this;
    }

    /** Sets the id of the topic {@code requests}. */
    public Builder requestsTopicId(String id) {
      requestsTopicId = id;
      return this;
    }

    /** Sets what is known about trainers that no longer lead. */
    public Builder leadershipEnds(List<LeadershipEnd> ends) {
      leadershipEnds = ends;
      return this;
    }

    /** Returns the history. */
    public History build() {
      return new History(
          batches,
          manifests,
          chunks,
          requests,
          answers,
          letters,
          logStarts,
          training,
          serving,
          requestsTopicId,
          Set.copyOf(pinned),
          leadershipEnds);
    }
  }
}
