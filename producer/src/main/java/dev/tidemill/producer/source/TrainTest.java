package dev.tidemill.producer.source;

/** One source, or one data set, in two parts that share no sample. */
public record TrainTest(SampleSource train, SampleSource test) implements AutoCloseable {
  @Override
  public void close() {
    train.close();
    test.close();
  }
}
