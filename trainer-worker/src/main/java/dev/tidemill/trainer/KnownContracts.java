package dev.tidemill.trainer;

import dev.tidemill.contract.Contract;
import dev.tidemill.contract.ContractDigest;
import dev.tidemill.contract.InvalidContractException;
import dev.tidemill.messaging.ContractLog;
import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.schemas.DataContract;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The versions of the model's data contract that a term has read, and which of them a batch may
 * name. One thread at a time: the one that starts the term, then the reader.
 */
final class KnownContracts {
  private final String model;
  private final String topic;
  private final Supplier<List<DataContract>> reader;
  private final Supplier<List<DataContract>> committed;
  private final LongSupplier end;
  private final SortedMap<Integer, Contract> versions = new ConcurrentSkipListMap<>();
  private final Map<Integer, String> unusable = new HashMap<>();
  private final Map<Integer, String> digests = new ConcurrentHashMap<>();
  private long readTo;

  /**
   * @param topic the name of the topic, for errors
   * @param reader reads all versions on the topic; waits for open transactions
   * @param committed reads the versions before the first open transaction
   * @param end returns the end of the topic, open transactions included
   */
  KnownContracts(
      String model,
      String topic,
      Supplier<List<DataContract>> reader,
      Supplier<List<DataContract>> committed,
      LongSupplier end) {
    this.model = model;
    this.topic = topic;
    this.reader = reader;
    this.committed = committed;
    this.end = end;
    readAgain();
  }

  /**
   * Reads the topic.
   *
   * @throws dev.tidemill.messaging.OpenTransactionException if another producer's transaction stays
   *     open on the topic for {@code read.timeout.ms}
   */
  static KnownContracts read(TrainerContext context) {
    ContractLog log =
        ContractLog.of(
            context.clients(), context.codec(), context.topics(), context.clientId("contract"));
    return new KnownContracts(
        context.settings().model(), log.topic(), log::read, log::readCommitted, log::end);
  }

  /**
   * Reads the topic again. A contract is committed no later than its first batch, so afterwards the
   * versions of all batches are known that were committed before this call.
   */
  void readAgain() {
    long before = end.getAsLong();
    add(reader.get());
    readTo = before;
  }

  private void add(List<DataContract> read) {
    for (DataContract version : read) {
      String digest = ContractDigest.of(version);
      String known = digests.putIfAbsent(version.getVersion(), digest);
      if (known != null) {
        if (!known.equals(digest)) {
          throw ContractChangedException.rewritten(model, topic, version.getVersion());
        }
        continue; // A version is written once.
      }
      try {
        versions.put(version.getVersion(), Contract.of(version));
      } catch (InvalidContractException e) {
        unusable.put(version.getVersion(), String.valueOf(e.getMessage()));
      }
    }
  }

  /**
   * Requires the contract that a version was trained with.
   *
   * @throws ContractChangedException if the topic lacks it, or has another one under its number
   */
  void require(Checkpoint version) {
    Optional<ContractChangedException> contradiction = contradiction(version);
    if (contradiction.isPresent()) {
      throw contradiction.get();
    }
  }

  /**
   * Returns why the contract that a version was trained with is not the topic's. Empty if it is, or
   * if the manifest names none or has no digest of it. Any thread.
   */
  Optional<ContractChangedException> contradiction(Checkpoint version) {
    int contract = version.getContract();
    if (contract == 0 || version.getContractDigest().isEmpty()) {
      return Optional.empty();
    }
    String digest = digests.get(contract);
    if (digest == null) {
      return Optional.of(
          ContractChangedException.missing(model, topic, contract, version.getVersion()));
    }
    return digest.equals(version.getContractDigest())
        ? Optional.empty()
        : Optional.of(
            ContractChangedException.replaced(model, topic, contract, version.getVersion()));
  }

  /** Returns what identifies a version that a batch may name; empty for 0. Any thread. */
  String digest(int version) {
    return version(version).map(contract -> ContractDigest.of(contract.record())).orElse("");
  }

  /** Returns the newest usable version; empty if the model has no contract. */
  Optional<Contract> newest() {
    return versions.isEmpty()
        ? Optional.empty()
        : Optional.ofNullable(versions.get(versions.lastKey()));
  }

  /** Returns a version that a batch may name; empty for 0. Any thread. */
  Optional<Contract> version(int version) {
    return Optional.ofNullable(versions.get(version));
  }

  /**
   * Returns why a batch may not name a version. Reads the topic again if the version is unknown and
   * the topic has grown.
   *
   * @param version 0 if the batch names none
   */
  Optional<String> fault(int version) {
    // Nothing was written since the topic was read to its end: the version is still unknown.
    if (version > 0 && isUnknown(version) && end.getAsLong() != readTo) {
      // A writer that was killed may have left a transaction open behind the version.
      add(committed.get());
      if (isUnknown(version)) {
        readAgain();
      }
    }
    Optional<Contract> newest = newest();
    if (version == 0) {
      return newest.map(this::namesNone);
    }
    String names = "the batch names data contract version " + version + ", ";
    Contract named = versions.get(version);
    if (named == null) {
      return Optional.of(names + absence(version));
    }
    return newest
        .filter(contract -> !contract.accepts(version))
        .map(contract -> names + replacedBy(contract));
  }

  private boolean isUnknown(int version) {
    return !versions.containsKey(version) && !unusable.containsKey(version);
  }

  private String namesNone(Contract newest) {
    return "the batch names no data contract, but model "
        + model
        + " has version "
        + newest.version()
        + "; prepare its samples with that contract and set the field contract to "
        + newest.version();
  }

  private String absence(int version) {
    if (unusable.containsKey(version)) {
      return "which is not usable: " + unusable.get(version);
    }
    return versions.isEmpty()
        ? "but topic "
            + topic
            + " is empty; if the producer writes its contract to another topic, set topic.contract"
            + " to it, as topic.batches is set"
        : "but topic " + topic + " has only " + versions.keySet();
  }

  private static String replacedBy(Contract newest) {
    return "which was replaced: version "
        + newest.version()
        + " gives numbers another meaning. Send the data again, prepared with version "
        + newest.version();
  }
}
