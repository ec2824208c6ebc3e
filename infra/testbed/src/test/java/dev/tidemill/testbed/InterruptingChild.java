package dev.tidemill.testbed;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A child of {@link ChildJvmTest} that starts a {@link Child}, interrupts it and prints its status.
 */
final class InterruptingChild {
  private InterruptingChild() {}

  public static void main(String[] arguments) throws Exception {
    try (ChildJvm child =
        ChildJvm.start(Child.class.getName(), List.of(arguments[0]), Map.of("GREETING", "hi"))) {
      child.waitForLine("ready");
      child.interrupt();
      System.out.println("ended with " + child.awaitExit(Duration.ofMinutes(1)));
    }
  }
}
