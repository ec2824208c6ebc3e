package dev.tidemill.cli.command;

import dev.tidemill.cli.option.ConnectionOptions;
import dev.tidemill.cli.run.ModelContext;
import dev.tidemill.contract.Contract;
import dev.tidemill.messaging.ContractLog;
import dev.tidemill.messaging.TopicRole;
import dev.tidemill.messaging.Transactions;
import dev.tidemill.schemas.DataContract;
import dev.tidemill.schemas.Feature;
import dev.tidemill.schemas.LabelContract;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The versions of a model's data contract, for the commands that show or write them. */
record ContractVersions(ModelContext context, List<Contract> versions) {
  /** Who writes a version, for its record. */
  private static final String WRITER = "tidemill contract";

  /** Reads the versions for a role. */
  static ContractVersions of(ConnectionOptions connection, TopicRole role) {
    ModelContext context = ModelContext.of(connection.settings());
    context.require(role);
    return new ContractVersions(context, context.contracts());
  }

  /** The newest version; null if the model has none. */
  @Nullable Contract newest() {
    return versions.isEmpty() ? null : versions.get(versions.size() - 1);
  }

  /**
   * Returns a version.
   *
   * @param number null for the newest
   * @throws IllegalStateException if the model does not have it
   */
  Contract find(@Nullable Integer number) {
    Contract newest = newest();
    if (newest == null) {
      throw new IllegalStateException(
          "model " + context.model() + " has no data contract; its first produce writes one");
    }
    return number == null
        ? newest
        : versions.stream()
            .filter(version -> version.version() == number)
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        "model "
                            + context.model()
                            + " has no contract version "
                            + number
                            + "; the newest is "
                            + newest.version()));
  }

  /** Writes the version after the newest one. */
  Contract write(Contract said) throws Exception {
    Contract before = newest();
    Instant now = Instant.ofEpochMilli(System.currentTimeMillis());
    Contract next =
        before == null
            ? said.asFirst(context.model(), WRITER, now)
            : before.followedBy(withReferences(said, before), WRITER, now);
    String clientId = "tidemill-" + context.model() + "-contract";
    String id = ContractLog.transactionalId(context.model());
    ContractLog log =
        ContractLog.of(context.clients(), context.codec(), context.topics(), clientId);
    try (Transactions transactions =
        new Transactions(
            context.clients().transactionalProducer(clientId, id), id, "writer of " + next)) {
      // The order matters: the transactional id was initialized, so what is read now is final.
      if (log.read().size() != versions.size()) {
        throw new IllegalStateException(
            "another version was written meanwhile; run the same command again");
      }
      boolean unused =
          transactions.run(
              producer -> {
                var acknowledged = producer.send(log.record(next.record()));
                return acknowledged.get() != null;
              });
    }
    return next;
  }

  /** Keeps the distributions that were measured, which a file does not have. */
  private static Contract withReferences(Contract said, Contract before) {
    Map<String, Feature> known = new HashMap<>();
    before.features().forEach(feature -> known.put(feature.getName(), feature));
    List<Feature> features =
        said.features().stream()
            .map(
                feature -> {
                  Feature same = known.get(feature.getName());
                  // Counts belong to categories by their number.
                  boolean fits =
                      same != null
                          && same.getKind() == feature.getKind()
                          && beginsWith(feature.getCategories(), same.getCategories());
                  return same == null || !fits
                      ? feature
                      : Feature.newBuilder(feature).setReference(same.getReference()).build();
                })
            .toList();
    return Contract.of(
        DataContract.newBuilder(said.record())
            .setFeatures(features)
            .setLabel(withCounts(said.record().getLabel(), before.record().getLabel()))
            .build());
  }

  private static boolean beginsWith(List<String> names, List<String> with) {
    return names.size() >= with.size() && names.subList(0, with.size()).equals(with);
  }

  /** Keeps the number of labels of each class; a new class has none. */
  private static @Nullable LabelContract withCounts(
      @Nullable LabelContract said, @Nullable LabelContract before) {
    if (said == null || before == null || before.getClassCounts().isEmpty()) {
      return said;
    }
    List<Long> counts =
        said.getClasses().stream()
            .map(before.getClasses()::indexOf)
            .map(at -> at < 0 ? 0L : before.getClassCounts().get(at))
            .toList();
    return LabelContract.newBuilder(said).setClassCounts(counts).build();
  }
}
