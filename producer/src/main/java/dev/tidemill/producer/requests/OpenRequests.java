package dev.tidemill.producer.requests;

import dev.tidemill.runtime.ByteBudget;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Requests in the order in which they were sent, with a budget. Callers synchronize. */
final class OpenRequests {
  private final Map<Long, OpenRequest> byIndex = new LinkedHashMap<>();
  private final ByteBudget budget;

  OpenRequests(ByteBudget budget) {
    this.budget = budget;
  }

  boolean hasRoom() {
    return budget.hasRoom();
  }

  void add(OpenRequest request) {
    byIndex.put(request.index(), request);
    budget.reserve(request.bytes());
  }

  /** Removes the request of a sample; returns null if there is none. */
  @Nullable OpenRequest remove(long index) {
    OpenRequest request = byIndex.remove(index);
    if (request != null) {
      budget.release(request.bytes());
    }
    return request;
  }

  /** The oldest request; null if there is none. */
  @Nullable OpenRequest oldest() {
    Iterator<OpenRequest> oldest = byIndex.values().iterator();
    return oldest.hasNext() ? oldest.next() : null;
  }

  int size() {
    return byIndex.size();
  }
}
