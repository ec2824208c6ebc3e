package dev.tidemill.inference;

/** An inference worker in a JVM of its own, to be killed. */
final class ChildWorker {
  private ChildWorker() {}

  /** Arguments: bootstrap servers, model, worker. */
  public static void main(String[] args) throws InterruptedException {
    InferenceWorker worker =
        Lab.worker(args[0], args[1], args[2], new LinearEngine(), ProcessingGuarantee.EXACTLY_ONCE);
    Runtime.getRuntime().addShutdownHook(new Thread(worker::close, "shutdown"));
    worker.start();
    worker.awaitEnd();
  }
}
