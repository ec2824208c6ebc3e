package dev.tidemill.producer.requests;

import dev.tidemill.producer.source.Sample;

/** The ids of requests that are made of samples, by which their labels find them later. */
final class RequestIds {
  private RequestIds() {}

  /** Returns the sample's own id, or else its number in the source, behind a prefix. */
  static String of(String prefix, Sample sample) {
    String own = sample.origin().id();
    return prefix + (own == null ? Long.toString(sample.index()) : own);
  }
}
