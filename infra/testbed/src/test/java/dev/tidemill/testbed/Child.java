package dev.tidemill.testbed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** What {@link ChildJvmTest} starts: says that it is ready, then waits to be ended. */
final class Child {
  private Child() {}

  public static void main(String[] arguments) throws InterruptedException {
    if (arguments[0].equals("fail")) {
      System.err.println("failing as asked");
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
