package dev.tidemill.cli.rights;

import dev.tidemill.messaging.deadletter.DeadLetterActions;
import dev.tidemill.schemas.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.ResourceType;

/** The roles of principals, and exactly the rights that each needs. */
public enum PrincipalRole {
  PRODUCER,
  TRAINER,
  INFERENCE,
  CALLER,
  OPERATOR,
  VIEWER,
  REPLAYER,
  DOCTOR;

  /** Returns its name as the last part of a principal's. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns what a principal of this role needs for one model. */
  public List<Right> rights(String model, Topics topics) {
    Rights rights = new Rights("tidemill-" + model);
    switch (this) {
      case PRODUCER -> producer(rights, topics);
      case TRAINER -> trainer(rights, topics);
      case INFERENCE -> inference(rights, topics);
      case CALLER -> caller(rights, topics);
      case OPERATOR -> operator(rights, topics);
      case VIEWER -> viewer(rights, model, topics);
      case REPLAYER -> replayer(rights, model, topics);
      case DOCTOR -> doctor(rights, model, topics);
    }
    return List.copyOf(rights.all);
  }

  /** Returns the beginning of the names of the topics that {@code doctor} creates and deletes. */
  public static String probeTopics(String model) {
    return "tidemill-doctor." + model + ".";
  }

  /** Returns the beginning of the transactional ids of {@code doctor}. */
  public static String probeTransactionalIds(String model) {
    return "tidemill-" + model + "-doctor";
  }

  private static void producer(Rights rights, Topics topics) {
    rights.read(topics.contract());
    rights.write(
        topics.batches(),
        topics.contract(),
        topics.progress(),
        topics.deadLetters(),
        topics.requests(),
        topics.labels());
    rights.transactionLimits();
    rights.group("-producer-");
    rights.transactionalId("-producer-");
    rights.transactionalId("-contract");
  }

  private static void trainer(Rights rights, Topics topics) {
    rights.read(
        topics.batches(),
        topics.contract(),
        topics.checkpoints(),
        topics.checkpointChunks(),
        topics.control());
    // Delayed labels show whether served answers become wrong.
    rights.read(topics.predictions(), topics.labels());
    rights.write(
        topics.checkpoints(),
        topics.checkpointChunks(),
        topics.progress(),
        topics.control(),
        topics.deadLetters());
    rights.group("-");
    rights.transactionalId("-trainer");
    rights.transactionLimits();
  }

  private static void inference(Rights rights, Topics topics) {
    rights.read(
        topics.requests(),
        topics.contract(),
        topics.checkpoints(),
        topics.checkpointChunks(),
        topics.control());
    // If the group's offsets are lost, predictions show which requests were answered.
    rights.read(topics.predictions());
    rights.write(topics.predictions(), topics.progress(), topics.control(), topics.deadLetters());
    rights.group("-inference");
    rights.transactionalId("-inference.");
    rights.transactionLimits();
  }

  private static void caller(Rights rights, Topics topics) {
    rights.write(topics.requests(), topics.labels());
    rights.read(
        topics.predictions(),
        topics.contract(),
        topics.checkpoints(),
        topics.checkpointChunks(),
        topics.control());
  }

  private static void operator(Rights rights, Topics topics) {
    // Whoever may write to control decides what is trained and served.
    rights.read(topics.checkpoints(), topics.control());
    rights.write(topics.control());
  }

  private static void viewer(Rights rights, String model, Topics topics) {
    for (Topics.Name name : Topics.Name.values()) {
      rights.read(topics.get(name));
    }
    rights.all.add(
        Right.prefixed(ResourceType.GROUP, "tidemill-" + model + "-", AclOperation.DESCRIBE));
  }

  private static void replayer(Rights rights, String model, Topics topics) {
    rights.read(topics.deadLetters(), topics.control());
    rights.write(topics.batches(), topics.requests(), topics.control());
    rights.all.add(
        Right.prefixed(
            ResourceType.TRANSACTIONAL_ID,
            DeadLetterActions.transactionalId(model),
            AclOperation.WRITE,
            AclOperation.DESCRIBE));
    rights.transactionLimits();
  }

  private static void doctor(Rights rights, String model, Topics topics) {
    viewer(rights, model, topics);
    rights.write(topics.requests());
    rights.all.add(Right.cluster(AclOperation.DESCRIBE, AclOperation.DESCRIBE_CONFIGS));
    rights.all.add(
        Right.prefixed(
            ResourceType.TOPIC,
            probeTopics(model),
            AclOperation.CREATE,
            AclOperation.DESCRIBE,
            AclOperation.READ,
            AclOperation.WRITE,
            AclOperation.DELETE));
    rights.transactionalId("-doctor");
    // Names the producers of open transactions.
    rights.all.add(
        Right.prefixed(
            ResourceType.TRANSACTIONAL_ID, "tidemill-" + model + "-", AclOperation.DESCRIBE));
  }

  /** Collects rights; names of groups and transactional ids begin with the model's. */
  private static final class Rights {
    private final String begin;
    private final List<Right> all = new ArrayList<>();

    private Rights(String begin) {
      this.begin = begin;
    }

    private void read(String... topics) {
      for (String topic : topics) {
        all.add(Right.topic(topic, AclOperation.READ));
      }
    }

    private void write(String... topics) {
      for (String topic : topics) {
        all.add(Right.topic(topic, AclOperation.WRITE));
      }
    }

    /** Lets a worker read the brokers' transaction timeout limit. */
    private void transactionLimits() {
      all.add(Right.cluster(AclOperation.DESCRIBE_CONFIGS));
    }

    private void group(String suffix) {
      all.add(Right.prefixed(ResourceType.GROUP, begin + suffix, AclOperation.READ));
    }

    private void transactionalId(String suffix) {
      all.add(
          Right.prefixed(
              ResourceType.TRANSACTIONAL_ID,
              begin + suffix,
              AclOperation.WRITE,
              AclOperation.DESCRIBE));
    }
  }
}
