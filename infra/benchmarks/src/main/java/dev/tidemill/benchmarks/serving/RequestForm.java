package dev.tidemill.benchmarks.serving;

/** What a request's value looks like to the answering side. One thread. */
interface RequestForm {
  /**
   * The value of a request.
   *
   * @return valid until the next call
   */
  byte[] value(long number);

  /** The forms by the names that orders use. */
  static RequestForm named(String name) {
    return switch (name) {
      case "avro" -> AvroForm.of(Images.bytes());
      case "raw" -> new RawForm(Images.bytes());
      default -> throw new IllegalArgumentException("no form of requests is called " + name);
    };
  }
}
