package dev.tidemill.producer.source;

/** A training source and a test source that share no sample. */
public record TrainTest(IndexedSource train, IndexedSource test) implements AutoCloseable {
  @Override
  public void close() {
    train.close();
    test.close();
  }
}
