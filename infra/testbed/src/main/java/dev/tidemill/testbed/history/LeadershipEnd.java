package dev.tidemill.testbed.history;

/**
 * What a test knows about a trainer that was killed, fenced or replaced.
 *
 * @param worker name of the trainer in its manifests
 * @param lastVersion the newest version that it may have published
 */
public record LeadershipEnd(String worker, long lastVersion) {}
