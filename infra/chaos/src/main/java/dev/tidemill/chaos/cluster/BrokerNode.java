package dev.tidemill.chaos.cluster;

import dev.tidemill.local.QuorumNode;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/** The main class of one Kafka node. Runs until it is killed, or until Kafka fails. */
public final class BrokerNode {
  private static final long POLL_MILLIS = 500;

  private BrokerNode() {}

  /**
   * Starts the node.
   *
   * @param args node id, cluster id, controller ports separated by commas, data folder, and a file
   *     of Kafka settings
   */
  public static void main(String[] args) throws Exception {
    System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "warn");
    System.setProperty("org.slf4j.simpleLogger.showDateTime", "true");
    System.setProperty("org.slf4j.simpleLogger.dateTimeFormat", "HH:mm:ss.SSS");
    Properties settings = new Properties();
    try (Reader reader = Files.newBufferedReader(Path.of(args[4]))) {
      settings.load(reader);
    }
    Map<String, String> all = new TreeMap<>();
    settings.stringPropertyNames().forEach(key -> all.put(key, settings.getProperty(key)));
    List<Integer> controllers = Arrays.stream(args[2].split(",")).map(Integer::valueOf).toList();
    QuorumNode node =
        QuorumNode.start(Integer.parseInt(args[0]), Path.of(args[3]), args[1], controllers, all);
    System.out.println("broker " + args[0] + " started");
    while (true) {
      node.requireRunning();
      Thread.sleep(POLL_MILLIS);
    }
  }
}
