package dev.tidemill.producer.source;

/**
 * A file with a known length and digest.
 *
 * @param bytes length of the file
 * @param sha256 64 lower-case hex digits
 */
public record PublishedFile(String name, long bytes, String sha256) {}
