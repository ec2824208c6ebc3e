package dev.tidemill.inference;

import dev.tidemill.contract.Contract;
import dev.tidemill.contract.ContractDigest;
import dev.tidemill.contract.InvalidContractException;
import dev.tidemill.messaging.ContractLog;
import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.schemas.DataContract;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Finds the data contract that a model version was trained with. Keeps what it has read, because a
 * contract's version never changes. Following thread.
 */
final class ServedContracts {
  private final String topic;
  private final Supplier<List<DataContract>> reader;
  private final Supplier<List<DataContract>> committed;
  private final Map<Integer, DataContract> known = new HashMap<>();

  /**
   * @param topic the name of the topic, for errors
   * @param reader reads all versions on the topic; waits for open transactions
   * @param committed reads the versions before the first open transaction
   */
  ServedContracts(
      String topic, Supplier<List<DataContract>> reader, Supplier<List<DataContract>> committed) {
    this.topic = topic;
    this.reader = reader;
    this.committed = committed;
  }

  static ServedContracts of(ContractLog log) {
    return new ServedContracts(log.topic(), log::read, log::readCommitted);
  }

  /**
   * Returns the contract of a model version; null if it was trained without one. Reads the topic if
   * it does not know the contract yet.
   *
   * @throws UnservableVersionException if the topic does not have the contract, has another one
   *     under its number, or it is not usable
   */
  @Nullable Contract of(Checkpoint manifest) {
    int version = manifest.getContract();
    if (version == 0) {
      return null;
    }
    if (!isKnown(manifest)) {
      committed.get().forEach(contract -> known.put(contract.getVersion(), contract));
    }
    if (!isKnown(manifest)) {
      reader.get().forEach(contract -> known.put(contract.getVersion(), contract));
    }
    DataContract record = known.get(version);
    if (record == null) {
      throw new UnservableVersionException(
          manifest.getVersion(),
          "topic "
              + topic
              + " does not have data contract version "
              + version
              + ", which it was trained with; check topic.contract");
    }
    if (!isKnown(manifest)) {
      throw new UnservableVersionException(
          manifest.getVersion(),
          "topic "
              + topic
              + " was recreated: its data contract version "
              + version
              + " gives numbers another meaning than the one that it was trained with; restore the"
              + " former topic, or set topic.contract to it");
    }
    try {
      return Contract.of(record);
    } catch (InvalidContractException e) {
      throw new UnservableVersionException(manifest.getVersion(), e);
    }
  }

  /** Whether the contract is known, and says what it said when the version was trained. */
  private boolean isKnown(Checkpoint manifest) {
    DataContract contract = known.get(manifest.getContract());
    String trained = manifest.getContractDigest();
    return contract != null && (trained.isEmpty() || trained.equals(ContractDigest.of(contract)));
  }
}
