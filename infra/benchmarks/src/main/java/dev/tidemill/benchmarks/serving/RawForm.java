package dev.tidemill.benchmarks.serving;

import java.util.List;

/** An image's bytes and nothing else, as somebody would send them who needs no protocol. */
record RawForm(List<byte[]> images) implements RequestForm {

  @Override
  public byte[] value(long number) {
    return images.get((int) (number % images.size()));
  }
}
