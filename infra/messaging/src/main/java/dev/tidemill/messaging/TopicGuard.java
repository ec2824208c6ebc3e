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
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds a model's topics against a {@link TopicContract}: once at the start, and as a duty again
 * and again while a worker runs.
 *
 * <p>It is the worker's heartbeat to the brokers, too: while none answers, the worker is degraded
 * by {@link #BROKER}. While {@code predictions} has fewer partitions than {@code requests}, it is
 * degraded by {@link #ANSWER_PARTITIONS}. An inference worker serves on what it has loaded, and is
 * degraded by {@link #VERSION_TOPICS}, while a topic of versions is gone or wrong; whoever reads
 * that topic judges one that was made anew. Any other violation, topic that is gone, and topic that
 * was made anew ends the duty with an exception, and with it the worker.
 */
public final class TopicGuard implements Duty, AutoCloseable {
  /** The condition that no broker answers. */
  public static final String BROKER = "broker";

  /** The condition that some requests have no partition for their answers. */
  public static final String ANSWER_PARTITIONS = "answer partitions";

  /** The condition that new versions cannot be read. */
  public static final String VERSION_TOPICS = "version topics";

  /** How often a worker should look. */
  public static final Duration INTERVAL = Duration.ofSeconds(5);

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final Logger LOG = LoggerFactory.getLogger(TopicGuard.class);

  private final KafkaSettings settings;
  private final Admin admin;
  private final TopicDescriber describer;
  private final TopicContract contract;
  private final HealthMonitor monitor;
  private final Duration interval;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private volatile Map<Topics.Name, TopicState> known = Map.of();
  private @Nullable String missing;
  private long answeredNanos = System.nanoTime();

  private TopicGuard(
      KafkaSettings settings,
      Admin admin,
      TopicContract contract,
      HealthMonitor monitor,
      Duration interval) {
    this.settings = settings;
    this.admin = admin;
    this.describer =
        new TopicDescriber(admin, interval.compareTo(PATIENCE) > 0 ? interval : PATIENCE);
    this.contract = contract;
    this.monitor = monitor;
    this.interval = interval;
  }

  /**
   * A guard with an admin client of its own, which {@link #close} or the end of the duty closes.
   *
   * @param monitor of the worker that the topics are guarded for
   * @param interval how often the topics are looked at; an answer may take as long, and 5 s
   */
  public static TopicGuard of(
      KafkaClients clients,
      TopicContract contract,
      HealthMonitor monitor,
      String clientId,
      Duration interval) {
    return new TopicGuard(clients.settings(), clients.admin(clientId), contract, monitor, interval);
  }

  /** Checks once, for a command; throws what {@link #require()} throws. */
  public static void require(KafkaClients clients, TopicContract contract, String clientId) {
    HealthMonitor monitor = new HealthMonitor(clientId, Clock.systemUTC());
    try (TopicGuard guard = of(clients, contract, monitor, clientId, TopicAdmin.REACH_TIMEOUT)) {
      guard.require();
    }
  }

  /**
   * Returns once a broker has answered and the topics are as the contract wants them.
   *
   * @throws UnreachableBrokerException if no broker answers, or none lets us in
   * @throws MissingTopicException naming the first topic that does not exist
   * @throws TopicContractException with every violation
   */
  public void require() {
    BrokerReach.await(admin, settings, TopicAdmin.REACH_TIMEOUT);
    try {
      look();
    } catch (KafkaException e) {
      throw KafkaFailureException.of(e) instanceof RuntimeException explained ? explained : e;
    }
  }

  private void look() {
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
          "cannot see whether the brokers' transaction.max.timeout.ms allows transactions of {} ms;"
              + " to have it checked, grant DescribeConfigs on the cluster (kafka-acls --add"
              + " --operation DescribeConfigs --cluster)",
          contract.limits().transaction().toMillis());
    }
    answeredNanos = System.nanoTime();
    remember(states);
  }

  /**
   * The id of a topic, which a topic that is made anew does not have. Any thread, after {@link
   * #require()}.
   */
  public Uuid id(Topics.Name name) {
    return known(name).id();
  }

  /** As {@link #id}, and empty before the first look. Any thread. */
  public Optional<Uuid> knownId(Topics.Name name) {
    return Optional.ofNullable(known.get(name)).map(TopicState::id);
  }

  /** How many partitions a topic had at the last look. Any thread, after {@link #require()}. */
  public int partitions(Topics.Name name) {
    return known(name).partitions();
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
      // Asked to end, it closes the client that it asks through.
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
    return true;
  }

  @Override
  public void onClose() {
    close();
  }

  @Override
  public void wakeUp() {
    stopping.countDown();
    // Ends a question that is under way.
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
    List<TopicState> needed = states.stream().filter(state -> !isOutlived(state)).toList();
    Optional<String> gone = firstMissing(needed);
    if (gone.isPresent()) {
      // A broker that has just started may not know all topics yet: the second look decides.
      if (gone.get().equals(missing)) {
        throw missing(gone.get());
      }
      missing = gone.get();
      return;
    }
    missing = null;
    needed.forEach(this::sameTopic);
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
    outlivedFault(states.stream().filter(this::isOutlived).toList())
        .ifPresentOrElse(
            fault -> monitor.degrade(VERSION_TOPICS, fault), () -> monitor.recover(VERSION_TOPICS));
  }

  private boolean isOutlived(TopicState state) {
    return contract.role().outlives(state.name());
  }

  private Optional<String> outlivedFault(List<TopicState> outlived) {
    return firstMissing(outlived)
        .map(topic -> String.valueOf(missing(topic).getMessage()))
        .or(
            () ->
                contract.checkTopics(outlived).stream().findFirst().map(TopicViolation::sentence));
  }

  private void sameTopic(TopicState now) {
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
      throw new IllegalStateException("topic " + name.word() + " was not looked at yet");
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
