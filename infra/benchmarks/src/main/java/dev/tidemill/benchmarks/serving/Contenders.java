package dev.tidemill.benchmarks.serving;

import dev.tidemill.benchmarks.BenchContext;
import dev.tidemill.benchmarks.Service;
import dev.tidemill.benchmarks.serving.Contender.Guarantee;
import dev.tidemill.engine.ModelSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;

/** All contenders of one benchmark, their processes running side by side; idle but when asked. */
final class Contenders implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofSeconds(90);

  private final List<Contender> contenders;
  private final List<Service> services = new ArrayList<>();
  private final Map<String, String> versions = new TreeMap<>();

  private Contenders(List<Contender> contenders) {
    this.contenders = contenders;
  }

  /**
   * Our worker and, where Python can run it, the Python loop, with both guarantees; returns when
   * all are ready.
   */
  static Contenders start(BenchContext context, String bootstrapServers) throws Exception {
    List<Contender> contenders = new ArrayList<>();
    for (Guarantee guarantee : Guarantee.values()) {
      String suffix = "-" + guarantee.setting().replace('_', '-');
      ServedModel ours = ServedModel.create("ours" + suffix, bootstrapServers);
      try (VersionPublisher publisher =
          new VersionPublisher(ours.site(), ModelSpec.load("lenet"), 2)) {
        var unused = publisher.publish();
      }
      contenders.add(Contender.ours(context, ours, guarantee));
      if (whyNoPython(context).isEmpty()) {
        ServedModel python = ServedModel.create("python" + suffix, bootstrapServers);
        contenders.add(Contender.python(context, python, guarantee));
      }
    }
    Contenders field = new Contenders(contenders);
    try {
      field.startAll();
      return field;
    } catch (RuntimeException | InterruptedException e) {
      field.close();
      throw e;
    }
  }

  /** Why the Python loop does not take part; empty when it does. */
  static Optional<String> whyNoPython(BenchContext context) {
    return context.python().whyNot(List.of("torch", "confluent_kafka"));
  }

  List<Contender> contenders() {
    return contenders;
  }

  /** What the peers told of themselves. */
  Map<String, String> versions() {
    return versions;
  }

  private void startAll() throws InterruptedException {
    contenders.forEach(contender -> services.add(Service.start(contender.launch())));
    for (int i = 0; i < contenders.size(); i++) {
      Contender contender = contenders.get(i);
      Matcher ready = services.get(i).awaitLine(contender.ready(), START_LIMIT);
      if (contender.side() == Contender.Side.PYTHON) {
        versions.putAll(AnswererVersions.read(ready.group(1)));
      }
    }
  }

  @Override
  public void close() {
    services.forEach(Service::close);
  }
}
