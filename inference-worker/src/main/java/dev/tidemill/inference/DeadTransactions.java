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
 * Ends the transactions that dead members of the group left open, so that neither the offsets of
 * their partitions nor their readers wait for the transaction's time-out. Any thread.
 *
 * <p>The order that this relies on: the open transactions are listed first, the group's members
 * after that. Whoever owns a listed transaction began it as a member, since it holds requests of
 * partitions that were assigned to it. If it is no member any more when the group is asked, it left
 * after ending its transactions (then fencing it changes nothing), or it was thrown out: then the
 * coordinator refuses its offsets, and its transaction could never be committed. So what is fenced
 * was lost already, and its requests are read again by those who have its partitions now. A member
 * that only stood still finds itself fenced, begins anew and reads from what is committed. A
 * transaction that is begun after the list was made is not in it; its owner is a member, or is
 * refused as above.
 */
final class DeadTransactions {
  private static final Logger LOG = LoggerFactory.getLogger(DeadTransactions.class);
  private static final int TIMEOUT_MS = Math.toIntExact(Duration.ofSeconds(5).toMillis());

  private final Admin admin;
  private final ServingNames names;

  /** The admin client stays the caller's. */
  DeadTransactions(Admin admin, ServingNames names) {
    this.admin = admin;
    this.names = names;
  }

  /** Ends what can be ended; the transactions' time-out ends the rest. */
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
          "transactions of dead members of {} are left to their time-out: {}",
          names.group(),
          String.valueOf(e.getCause()));
    }
  }

  /**
   * Whether the group has another member with that client id: a worker of the same name.
   *
   * @param memberId the one that is not another; empty before it joined
   */
  boolean hasNamesake(String clientId, String memberId) {
    try {
      return members(memberId).contains(clientId);
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    } catch (ExecutionException e) {
      LOG.debug("the members of {} cannot be listed", names.group(), e);
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
    LOG.info("ending the transactions that dead members of {} left open: {}", names.group(), ids);
    FenceProducersOptions options = new FenceProducersOptions();
    options.timeoutMs(TIMEOUT_MS);
    admin.fenceProducers(ids, options).all().get();
  }
}
