package dev.tidemill.chaos.schedule;

import java.util.Locale;

/** What a process does. */
public enum Role {
  BROKER(3),
  PRODUCER(2),
  TRAINER(2),
  INFERENCE(3),
  CALLER(2);

  private final int processes;

  Role(int processes) {
    this.processes = processes;
  }

  /** Returns how many processes of this role a run has; they are numbered from 1. */
  public int processes() {
    return processes;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
