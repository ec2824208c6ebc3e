package dev.tidemill.chaos.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;

import dev.tidemill.testbed.history.Place;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The main class of a caller that reads no answers. It sends requests on schedule, and appends each
 * one that the brokers have acknowledged to a file, with its place on the log. Shares no code with
 * the product.
 */
public final class Caller {
  private static final int LARGEST_BACKLOG = 500;

  private final Path acknowledged;

  private Caller(Path acknowledged) {
    this.acknowledged = acknowledged;
  }

  /** A request and its place. */
  public record Acknowledged(String id, Place at) {
    private String line() {
      return id + " " + at.topic() + " " + at.partition() + " " + at.offset() + "\n";
    }

    private static Acknowledged of(String line) {
      String[] parts = line.split(" ", -1);
      Place at = new Place(parts[1], Integer.parseInt(parts[2]), Long.parseLong(parts[3]));
      return new Acknowledged(parts[0], at);
    }

    /** Reads what all callers have written to a folder. */
    public static List<Acknowledged> readAll(Path folder) throws IOException {
      List<Acknowledged> all = new ArrayList<>();
      try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
        for (Path file : files) {
          String text = Files.readString(file);
          // The last line of a killed caller may be torn.
          text.substring(0, text.lastIndexOf('\n') + 1)
              .lines()
              .map(Acknowledged::of)
              .forEach(all::add);
        }
      }
      return all;
    }
  }

  /**
   * Sends requests until the process ends.
   *
   * @param args brokers, topic, prefix of the request ids, requests per second, folder of the file
   */
  public static void main(String[] args) throws Exception {
    System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "warn");
    Map<String, Object> settings = new HashMap<>();
    settings.put("bootstrap.servers", args[0]);
    settings.put("acks", "all");
    settings.put("enable.idempotence", true);
    settings.put("request.timeout.ms", 5_000);
    settings.put("delivery.timeout.ms", 60_000);
    settings.put("max.block.ms", 60_000);
    settings.put("metadata.max.age.ms", 3_000);
    settings.put("linger.ms", 0);
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch flushed = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> await(asked, flushed)));
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      long nanos = TimeUnit.SECONDS.toNanos(1) / Integer.parseInt(args[3]);
      new Caller(Path.of(args[4], args[2])).send(producer, args[1], args[2], nanos, asked);
      producer.flush();
    } finally {
      flushed.countDown();
    }
  }

  /** Lets the requests of before be acknowledged. */
  private static void await(CountDownLatch asked, CountDownLatch flushed) {
    asked.countDown();
    try {
      boolean unused = flushed.await(30, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void send(
      KafkaProducer<byte[], byte[]> producer,
      String topic,
      String prefix,
      long intervalNanos,
      CountDownLatch end)
      throws InterruptedException {
    RequestEncoder encoder = new RequestEncoder();
    for (long number = 0; !end.await(intervalNanos, TimeUnit.NANOSECONDS); number++) {
      String id = prefix + "-" + number;
      byte[] value = encoder.encode(id, number, System.currentTimeMillis());
      var unused =
          producer.send(
              new ProducerRecord<>(topic, id.getBytes(UTF_8), value),
              (written, failure) -> {
                if (failure != null) {
                  System.out.println(id + " not acknowledged: " + failure);
                } else {
                  write(id, new Place(topic, written.partition(), written.offset()));
                }
              });
      if (number % LARGEST_BACKLOG == LARGEST_BACKLOG - 1) {
        producer.flush();
      }
    }
  }

  private synchronized void write(String id, Place at) {
    try {
      Files.writeString(acknowledged, new Acknowledged(id, at).line(), CREATE, APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + acknowledged, e);
    }
  }
}
