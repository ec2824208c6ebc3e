package dev.tidemill.schemas.wire;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/** Which questions a registry leaves open, and who wants to know. Any thread. */
final class RegistryTrouble {
  private final List<RegistryListener> listeners = new CopyOnWriteArrayList<>();
  private final Set<Object> open = new HashSet<>();

  void addListener(RegistryListener listener) {
    listeners.add(listener);
  }

  /** A question failed again. */
  void failed(Object question, String why) {
    synchronized (open) {
      open.add(question);
    }
    listeners.forEach(listener -> listener.unavailable(why));
  }

  /** A question was answered, or nobody asks it any more. */
  void settled(Object question) {
    boolean last;
    synchronized (open) {
      last = open.remove(question) && open.isEmpty();
    }
    if (last) {
      listeners.forEach(RegistryListener::available);
    }
  }
}
