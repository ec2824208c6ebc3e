package dev.tidemill.inference;

/** An inference worker as its own JVM, which a test kills. */
final class ChildWorker {
  private ChildWorker() {}

  /** Arguments: bootstrap servers, model, worker. */
  public static void main(String[] args) throws InterruptedException {
    InferenceWorker worker =
        ServingFixture.worker(
            args[0], args[1], args[2], new LinearEngine(), ProcessingGuarantee.EXACTLY_ONCE);
    Runtime.getRuntime().addShutdownHook(new Thread(worker::close, "shutdown"));
    worker.start();
    worker.awaitEnd();
  }
}
