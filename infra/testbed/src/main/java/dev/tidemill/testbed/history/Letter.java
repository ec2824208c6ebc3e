package dev.tidemill.testbed.history;

import java.util.OptionalLong;

/**
 * A record of {@code dead-letters}.
 *
 * @param committed whether a {@code read_committed} reader sees it
 * @param of where the refused record is
 * @param checksum CRC-32 of the refused record's value; empty if the letter has none
 */
public record Letter(
    Place at, boolean committed, Place of, String reason, String worker, OptionalLong checksum) {}
