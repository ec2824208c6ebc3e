package dev.tidemill.inference;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeConsumerGroupsOptions;
import org.apache.kafka.clients.admin.FenceProducersOptions;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the transactions that dead members of the group left open. Otherwise the offsets of their
 * partitions, and all readers of their answers, would wait for the transaction timeout. Any thread.
 *
 * <p>This relies on an order: it lists the open transactions first, and the group's members after
 * that. The owner of a listed transaction began it as a member, because it had requests of
 * partitions that were assigned to it. If it is no longer a member when the members are listed,
 * there are two cases. Either it left after it had ended its transactions; then fencing changes
 * nothing. Or the coordinator removed it; then the coordinator refuses its offsets, and its
 * transaction could never be committed. So fencing loses nothing, and the new owners of its
 * partitions read the requests again. A member that was only stalled finds itself fenced, starts
 * again and reads from the committed offsets. A transaction that begins after the listing is not in
 * the list. Its owner is a member, or is refused as above.
 */
final class DeadTransactions {
  private static final Logger LOG = LoggerFactory.getLogger(DeadTransactions.class);
  private static final int TIMEOUT_MS = Math.toIntExact(Duration.ofSeconds(5).toMillis());

  private final Admin admin;
  private final ServingNames names;

  /** The caller closes {@code admin}. */
  DeadTransactions(Admin admin, ServingNames names) {
    this.admin = admin;
    this.names = names;
  }

  /**
   * Ends the open transactions of dead members. If that fails, the transaction timeout ends them.
   */
  void end() {
    try {
      List<String> open = open();
      if (!open.isEmpty()) {
        Set<String> alive = members(null);
        fence(open.stream().filter(id -> !isOwnedBy(id, alive)).toList());
      }
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    } catch (ExecutionException e) {
      LOG.warn(
          "cannot end the transactions of dead members of group {}; they end at their timeout: {}",
          names.group(),
          String.valueOf(e.getCause()));
    }
  }

  /**
   * Returns whether another member of the group has this client id, which means a worker with the
   * same name.
   *
   * @param memberId this member's own id; empty before it joined
   */
  boolean hasNamesake(String clientId, String memberId) {
    try {
      return members(memberId).contains(clientId);
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    } catch (ExecutionException e) {
      LOG.debug("cannot list the members of group {}", names.group(), e);
      return false;
    }
  }

  private List<String> open() throws ExecutionException, InterruptedException {
    ListTransactionsOptions ongoing =
        new ListTransactionsOptions().filterStates(Set.of(TransactionState.ONGOING));
    ongoing.timeoutMs(TIMEOUT_MS);
    return admin.listTransactions(ongoing).all().get().stream()
        .map(TransactionListing::transactionalId)
        .filter(id -> names.ownerOf(id).isPresent())
        .toList();
  }

  private Set<String> members(@Nullable String except)
      throws ExecutionException, InterruptedException {
    DescribeConsumerGroupsOptions options = new DescribeConsumerGroupsOptions();
    options.timeoutMs(TIMEOUT_MS);
    return admin
        .describeConsumerGroups(List.of(names.group()), options)
        .all()
        .get()
        .values()
        .stream()
        .flatMap(group -> group.members().stream())
        .filter(member -> !member.consumerId().equals(except))
        .map(MemberDescription::clientId)
        .collect(Collectors.toSet());
  }

  private boolean isOwnedBy(String transactionalId, Set<String> clientIds) {
    Optional<String> owner = names.ownerOf(transactionalId);
    return owner.isPresent() && clientIds.contains(owner.get());
  }

  private void fence(List<String> ids) throws ExecutionException, InterruptedException {
    if (ids.isEmpty()) {
      return;
    }
    LOG.info(
        "ending the transactions that dead members of group {} left open: {}", names.group(), ids);
    FenceProducersOptions options = new FenceProducersOptions();
    options.timeoutMs(TIMEOUT_MS);
    admin.fenceProducers(ids, options).all().get();
  }
}
