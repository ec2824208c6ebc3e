package dev.tidemill.producer.source;

/**
 * A file that is known byte for byte.
 *
 * @param bytes its length
 * @param sha256 64 lower-case hex digits
 */
public record PublishedFile(String name, long bytes, String sha256) {}
