package dev.tidemill.testbed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** The child of {@link ChildJvmTest}: prints that it is ready, then waits to be stopped. */
final class Child {
  private Child() {}

  public static void main(String[] arguments) throws InterruptedException {
    if (arguments[0].equals("fail")) {
      System.err.println("failing on request");
      System.exit(3);
    }
    Path hook = Path.of(arguments[0]);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> write(hook)));
    System.out.println("ready " + System.getenv("GREETING"));
    new CountDownLatch(1).await();
  }

  private static void write(Path hook) {
    try {
      Files.writeString(hook, "the shutdown hook ran");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
