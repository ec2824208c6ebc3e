package dev.tidemill.producer;

import dev.tidemill.contract.Contract;
import dev.tidemill.contract.ContractDifference;
import dev.tidemill.messaging.ContractLog;
import dev.tidemill.messaging.FencedException;
import dev.tidemill.messaging.Transactions;
import dev.tidemill.producer.source.Sample;
import dev.tidemill.producer.source.SampleSource;
import dev.tidemill.producer.source.UnusableSourceException;
import dev.tidemill.schemas.DataContract;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.common.errors.InvalidTxnStateException;

/**
 * Agrees with a model's other producers on its data contract. One thread.
 *
 * <p>A version that this producer adds is committed in one transaction with the first batch that
 * needs it, so there is never a batch without its contract. All writers of the contract have the
 * same transactional id. The later one fences the earlier one and reads the topic after that, so it
 * either writes the only version or sees the other's.
 */
final class ContractAgreement {
  private final Destination to;
  private final ContractLog log;
  private final ContractSettings settings;
  private final String clientId;
  private final Duration openAtMost;
  private final Consumer<String> notices;
  private final Clock clock;

  /**
   * @param openAtMost the longest time that a transaction may stay open
   * @param notices receives what the user should know of the data
   */
  ContractAgreement(
      Destination to,
      ContractSettings settings,
      String clientId,
      Duration openAtMost,
      Consumer<String> notices,
      Clock clock) {
    this.to = to;
    this.clientId = clientId + "-contract";
    this.log = ContractLog.of(to.clients(), to.codec(), to.topics(), this.clientId);
    this.settings = settings;
    this.openAtMost = openAtMost;
    this.notices = notices;
    this.clock = clock;
  }

  /**
   * The contract of the next batches.
   *
   * @param pending whether it is not written yet
   */
  record Terms(Contract contract, boolean pending) {}

  /** Whether classes that the contract lacks are appended to it. */
  boolean appendsClasses() {
    return settings.appendsClasses();
  }

  /**
   * Finds the contract that a source's batches are to have, and checks the source against it.
   *
   * @param first the first samples of a stream
   * @throws UnusableSourceException if the source does not conform to the model's contract
   */
  Terms agree(SampleSource source, List<Sample> first) {
    Optional<Contract> current = newest(log.readCommitted());
    if (current.isEmpty()) {
      return new Terms(firstVersion(source, first), true);
    }
    Contract contract = current.get();
    requireGiven(contract);
    List<String> more = settings.appendsClasses() ? source.newClasses(contract, first) : List.of();
    Contract next = more.isEmpty() ? contract : extended(contract, more, source);
    source.check(next).forEach(notices);
    return new Terms(next, !more.isEmpty());
  }

  private Contract firstVersion(SampleSource source, List<Sample> first) {
    Contract given = settings.given();
    Contract begun =
        (given == null ? source.derive(first) : given)
            .asFirst(to.model(), source.description().key(), now());
    if (given != null) {
      source.check(begun).forEach(notices);
    }
    return begun;
  }

  private Contract extended(Contract contract, List<String> more, SampleSource source) {
    notices.accept("adding the classes `" + String.join("`, `", more) + "` to " + contract);
    return contract.followedBy(contract.withClasses(more), source.description().key(), now());
  }

  /** The time in the precision of a record. */
  private Instant now() {
    return Instant.ofEpochMilli(clock.millis());
  }

  private void requireGiven(Contract contract) {
    Contract given = settings.given();
    if (given == null) {
      return;
    }
    ContractDifference difference = ContractDifference.between(contract, given);
    if (!difference.isEmpty()) {
      throw new UnusableSourceException(
          "the file of "
              + ContractSettings.FILE
              + " differs from "
              + contract
              + ": "
              + String.join("; ", difference.words())
              + ". Leave it out, or write it with tidemill contract apply");
    }
  }

  private static Optional<Contract> newest(List<DataContract> versions) {
    return versions.isEmpty()
        ? Optional.empty()
        : Optional.of(Contract.of(versions.get(versions.size() - 1)));
  }

  /**
   * Commits a new version together with the first batch that has it and the position after that.
   *
   * @return false if another producer was faster; nothing was written then
   */
  boolean commit(Contract next, BatchSink sink, AssembledBatch batch) throws Exception {
    String id = ContractLog.transactionalId(to.model());
    String holder = "writer of the contract of model " + to.model();
    try (Transactions transactions =
        new Transactions(to.clients().bulkProducer(clientId, id, openAtMost), id, holder)) {
      // The order matters: the transactional id was initialized, so what is read now is final.
      int newest = newest(log.read()).map(Contract::version).orElse(0);
      if (newest != next.version() - 1 || !sink.isAt(batch.before())) {
        return false;
      }
      transactions.run(
          producer -> {
            var unused = producer.send(log.record(next.record()));
            sink.write(batch, producer);
            return batch;
          });
    } catch (FencedException | InvalidTxnStateException e) {
      // The later one's initTransactions has ended this transaction; whatever it wrote is next
      // read.
      return false;
    }
    sink.written(batch);
    return true;
  }
}
