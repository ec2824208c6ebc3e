import java.util.Locale;
import java.util.Random;

/**
 * Writes one JSON sample a line, as a program that reads sensors would: temperature, pressure,
 * vibration and current of a pump, with its state. The states are 0 normal, 1 blocked and 2 worn.
 *
 * <p>Usage: {@code java SensorStream.java SAMPLES [SEED] | ./tidemill produce --data jsonl:- …}
 */
public final class SensorStream {
  private static final double[][] MEANS = {
    {0.4, 0.5, 0.2, 0.5}, {0.6, 0.9, 0.3, 0.8}, {0.7, 0.4, 0.9, 0.6}
  };
  private static final double DEVIATION = 0.08;

  private SensorStream() {}

  public static void main(String[] arguments) {
    long samples = Long.parseLong(arguments[0]);
    Random random = new Random(arguments.length > 1 ? Long.parseLong(arguments[1]) : 1);
    for (long i = 0; i < samples; i++) {
      int state = random.nextInt(MEANS.length);
      double[] sensors = MEANS[state].clone();
      for (int s = 0; s < sensors.length; s++) {
        sensors[s] += DEVIATION * random.nextGaussian();
      }
      System.out.printf(
          Locale.ROOT,
          "{\"inputs\": [%.3f, %.3f, %.3f, %.3f], \"label\": %d}%n",
          sensors[0],
          sensors[1],
          sensors[2],
          sensors[3],
          state);
      if (System.out.checkError()) {
        throw new IllegalStateException("nobody reads the stream after sample " + i);
      }
    }
  }
}
