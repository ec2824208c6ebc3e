package dev.tidemill.messaging;

import dev.tidemill.runtime.Duty;
import dev.tidemill.runtime.HealthMonitor;
import dev.tidemill.schemas.Topics;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.AuthorizationException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks a model's topics against a {@link TopicContract}: once at the start, and then as a duty at
 * intervals while a worker runs.
 *
 * <p>It is also the worker's heartbeat to the brokers. Three faults degrade the worker:
 *
 * <ul>
 *   <li>no broker answers ({@link #BROKER});
 *   <li>{@code predictions} has fewer partitions than {@code requests} ({@link
 *       #ANSWER_PARTITIONS});
 *   <li>for an inference worker, a topic of versions is missing or wrong ({@link #VERSION_TOPICS}).
 *       It keeps serving the versions that it has loaded; the reader of such a topic handles its
 *       re-creation.
 * </ul>
 *
 * <p>Any other violation, missing topic or recreated topic ends the duty, and so the worker, with
 * an exception.
 */
public final class TopicGuard implements Duty, AutoCloseable {
  /** The condition while no broker answers. */
  public static final String BROKER = "broker";

  /** The condition while some requests have no partition for their answers. */
  public static final String ANSWER_PARTITIONS = "answer partitions";

  /** The condition while new versions cannot be read. */
  public static final String VERSION_TOPICS = "version topics";

  /** The recommended interval between a worker's checks. */
  public static final Duration INTERVAL = Duration.ofSeconds(5);

  private static final Duration MIN_REQUEST_TIMEOUT = Duration.ofSeconds(5);

  private static final Logger LOG = LoggerFactory.getLogger(TopicGuard.class);

  private final KafkaSettings settings;
  private final Admin admin;
  private final TopicDescriber describer;
  private final TopicContract contract;
  private final HealthMonitor monitor;
  private final Duration interval;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private volatile Map<Topics.Name, TopicState> known = Map.of();
  private volatile OptionalTopics optional = new OptionalTopics(Map.of(), null);
  private @Nullable String missing;
  private long answeredNanos = System.nanoTime();

  /**
   * The topics that the role reads if they exist.
   *
   * @param found those that exist
   * @param fault why they cannot be described, in one sentence; null if they can
   */
  public record OptionalTopics(Map<Topics.Name, TopicState> found, @Nullable String fault) {
    public OptionalTopics {
      found = Map.copyOf(found);
    }
  }

  private TopicGuard(
      KafkaSettings settings,
      Admin admin,
      TopicContract contract,
      HealthMonitor monitor,
      Duration interval) {
    this.settings = settings;
    this.admin = admin;
    this.describer =
        new TopicDescriber(
            admin, interval.compareTo(MIN_REQUEST_TIMEOUT) > 0 ? interval : MIN_REQUEST_TIMEOUT);
    this.contract = contract;
    this.monitor = monitor;
    this.interval = interval;
  }

  /**
   * Creates a guard with a new admin client, which {@link #close} or the end of the duty closes.
   *
   * @param monitor the health of the worker that uses the topics
   * @param interval the time between checks; also the timeout of a request, if longer than 5 s
   */
  public static TopicGuard of(
      KafkaClients clients,
      TopicContract contract,
      HealthMonitor monitor,
      String clientId,
      Duration interval) {
    return new TopicGuard(clients.settings(), clients.admin(clientId), contract, monitor, interval);
  }

  /** Checks once, for a command; throws the exceptions of {@link #require()}. */
  public static void require(KafkaClients clients, TopicContract contract, String clientId) {
    HealthMonitor monitor = new HealthMonitor(clientId, Clock.systemUTC());
    try (TopicGuard guard = of(clients, contract, monitor, clientId, TopicAdmin.REACH_TIMEOUT)) {
      guard.require();
    }
  }

  /**
   * Returns once a broker has answered and the topics satisfy the contract.
   *
   * @throws UnreachableBrokerException if no broker answers, or the brokers reject the connection
   * @throws MissingTopicException if a topic does not exist; names the first
   * @throws TopicContractException if the contract is violated; names every violation
   */
  public void require() {
    BrokerReachability.await(admin, settings, TopicAdmin.REACH_TIMEOUT);
    try {
      check();
    } catch (KafkaException e) {
      throw KafkaFailureException.of(e) instanceof RuntimeException explained ? explained : e;
    }
  }

  private void check() {
    List<TopicState> states = describer.topics(contract.topics(), contract.role().topics());
    firstMissing(states)
        .ifPresent(
            topic -> {
              throw missing(topic);
            });
    BrokerLimits brokers =
        contract.role().isTransactional() ? describer.brokers() : BrokerLimits.UNCHECKED;
    List<TopicViolation> violations = contract.check(states, brokers);
    if (!violations.isEmpty()) {
      throw new TopicContractException(violations);
    }
    if (brokers.longestTransaction() == null) {
      LOG.info(
          "cannot check whether the brokers' transaction.max.timeout.ms allows transactions of"
              + " {} ms: the principal has no DescribeConfigs right on the cluster (to grant it:"
              + " kafka-acls --add --operation DescribeConfigs --cluster)",
          contract.limits().transaction().toMillis());
    }
    answeredNanos = System.nanoTime();
    remember(states);
    describeOptional();
  }

  private void describeOptional() {
    if (contract.role().optional().isEmpty()) {
      return;
    }
    try {
      Map<Topics.Name, TopicState> found = new EnumMap<>(Topics.Name.class);
      describer.topics(contract.topics(), contract.role().optional()).stream()
          .filter(TopicState::exists)
          .forEach(state -> found.put(state.name(), state));
      optional = new OptionalTopics(found, null);
    } catch (AuthorizationException e) {
      optional = new OptionalTopics(Map.of(), KafkaFailures.explain(e));
    }
  }

  /**
   * Returns the id of a topic; a recreated topic has another id. Any thread, after {@link
   * #require()}.
   */
  public Uuid id(Topics.Name name) {
    return known(name).id();
  }

  /** Returns the id of a topic, or empty before the first check. Any thread. */
  public Optional<Uuid> knownId(Topics.Name name) {
    return Optional.ofNullable(known.get(name)).map(TopicState::id);
  }

  /** Returns the number of partitions at the last check. Any thread, after {@link #require()}. */
  public int partitions(Topics.Name name) {
    return known(name).partitions();
  }

  /** Returns the topics that the role reads if they exist, as of the last check. Any thread. */
  public OptionalTopics optionalTopics() {
    return optional;
  }

  @Override
  public String roleName() {
    return "topics";
  }

  @Override
  public void onStart() {
    if (!known.isEmpty()) {
      return;
    }
    try {
      require();
    } catch (UnreachableBrokerException | KafkaException e) {
      // While stopping, wakeUp() closes the admin client, which makes its requests fail.
      if (stopping.getCount() > 0) {
        throw e;
      }
    }
  }

  @Override
  public boolean doWork() throws InterruptedException {
    if (stopping.await(interval.toMillis(), TimeUnit.MILLISECONDS)) {
      return false;
    }
    List<TopicState> states;
    try {
      states = describer.topics(contract.topics(), contract.role().topics());
    } catch (KafkaException e) {
      if (stopping.getCount() > 0) {
        unanswered(e);
      }
      return true;
    }
    answeredNanos = System.nanoTime();
    monitor.recover(BROKER);
    verify(states);
    try {
      describeOptional();
    } catch (KafkaException e) {
      LOG.debug("optional topics cannot be described now; the next check tries again", e);
    }
    return true;
  }

  @Override
  public void onClose() {
    close();
  }

  @Override
  public void wakeUp() {
    stopping.countDown();
    // Aborts a request in progress.
    admin.close(Duration.ZERO);
  }

  @Override
  public void close() {
    admin.close(Duration.ofSeconds(1));
  }

  private void unanswered(KafkaException e) {
    long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - answeredNanos);
    monitor.degrade(
        BROKER,
        "no answer from Kafka at %s for %d s: %s"
            .formatted(contract.bootstrapServers(), seconds, KafkaFailures.explain(e)));
  }

  private void verify(List<TopicState> states) {
    List<TopicState> needed = states.stream().filter(state -> !isTolerated(state)).toList();
    Optional<String> gone = firstMissing(needed);
    if (gone.isPresent()) {
      // A broker that has just started may not know all topics yet, so only a second check in a row
      // fails.
      if (gone.get().equals(missing)) {
        throw missing(gone.get());
      }
      missing = gone.get();
      return;
    }
    missing = null;
    needed.forEach(this::requireSameId);
    Optional<TopicViolation> answers = contract.missingAnswerPartitions(needed);
    List<TopicViolation> violations = new ArrayList<>(contract.checkTopics(needed));
    answers.ifPresent(violations::remove);
    if (!violations.isEmpty()) {
      throw new TopicContractException(violations);
    }
    remember(states);
    answers.ifPresentOrElse(
        violation -> monitor.degrade(ANSWER_PARTITIONS, violation.sentence()),
        () -> monitor.recover(ANSWER_PARTITIONS));
    toleratedFault(states.stream().filter(this::isTolerated).toList())
        .ifPresentOrElse(
            fault -> monitor.degrade(VERSION_TOPICS, fault), () -> monitor.recover(VERSION_TOPICS));
  }

  private boolean isTolerated(TopicState state) {
    return contract.role().toleratesFaultOf(state.name());
  }

  private Optional<String> toleratedFault(List<TopicState> tolerated) {
    return firstMissing(tolerated)
        .map(topic -> String.valueOf(missing(topic).getMessage()))
        .or(
            () ->
                contract.checkTopics(tolerated).stream().findFirst().map(TopicViolation::sentence));
  }

  private void requireSameId(TopicState now) {
    Uuid before = id(now.name());
    if (!before.equals(now.id())) {
      throw new TopicRecreatedException(now.topic(), before, now.id());
    }
  }

  private void remember(List<TopicState> states) {
    Map<Topics.Name, TopicState> seen = new EnumMap<>(Topics.Name.class);
    seen.putAll(known);
    states.stream().filter(TopicState::exists).forEach(state -> seen.put(state.name(), state));
    known = seen;
  }

  private TopicState known(Topics.Name name) {
    TopicState state = known.get(name);
    if (state == null) {
      throw new IllegalStateException("topic " + name.word() + " has not been checked yet");
    }
    return state;
  }

  private static Optional<String> firstMissing(List<TopicState> states) {
    return states.stream().filter(state -> !state.exists()).map(TopicState::topic).findFirst();
  }

  private MissingTopicException missing(String topic) {
    return new MissingTopicException(topic, contract.bootstrapServers(), contract.model());
  }
}
