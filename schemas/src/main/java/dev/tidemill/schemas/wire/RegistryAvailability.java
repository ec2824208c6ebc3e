package dev.tidemill.schemas.wire;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/** Tracks the questions that a registry has not answered, and notifies listeners. Any thread. */
final class RegistryAvailability {
  private final List<RegistryListener> listeners = new CopyOnWriteArrayList<>();
  private final Set<Object> open = new HashSet<>();

  void addListener(RegistryListener listener) {
    listeners.add(listener);
  }

  /** Records that an attempt to ask a question failed. */
  void failed(Object question, String why) {
    synchronized (open) {
      open.add(question);
    }
    listeners.forEach(listener -> listener.unavailable(why));
  }

  /** Records that a question was answered or given up. */
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
