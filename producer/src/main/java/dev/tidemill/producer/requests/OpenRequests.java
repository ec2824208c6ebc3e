package dev.tidemill.producer.requests;

import dev.tidemill.runtime.ByteBudget;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Requests in the order in which they were sent, within a budget. One thread at a time. */
final class OpenRequests {
  private final Map<Long, OpenRequest> byPlace = new LinkedHashMap<>();
  private final ByteBudget budget;

  OpenRequests(ByteBudget budget) {
    this.budget = budget;
  }

  boolean hasRoom() {
    return budget.hasRoom();
  }

  void add(OpenRequest request) {
    byPlace.put(request.place(), request);
    budget.reserve(request.bytes());
  }

  /** Takes out the one at that place; null if there is none. */
  @Nullable OpenRequest remove(long place) {
    OpenRequest request = byPlace.remove(place);
    if (request != null) {
      budget.release(request.bytes());
    }
    return request;
  }

  /** The one that was sent first; null if there is none. */
  @Nullable OpenRequest oldest() {
    Iterator<OpenRequest> oldest = byPlace.values().iterator();
    return oldest.hasNext() ? oldest.next() : null;
  }

  int size() {
    return byPlace.size();
  }
}
