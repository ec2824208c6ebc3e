package dev.tidemill.benchmarks.serving;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidemill.benchmarks.BenchContext;
import dev.tidemill.benchmarks.Service;
import dev.tidemill.benchmarks.serving.Contender.Side;
import dev.tidemill.engine.ModelSpec;
import dev.tidemill.inference.ProcessingGuarantee;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;

/**
 * All contenders of one benchmark. Their processes run side by side, idle until asked.
 *
 * @param services the processes, in the same order
 * @param versions the peers'
 */
record Contenders(List<Contender> all, List<Service> services, Map<String, String> versions)
    implements AutoCloseable {

  /**
   * Starts Tidemill's worker and, if Python can run it, the Python loop, with both guarantees;
   * returns when all are ready.
   */
  static Contenders start(BenchContext context, String bootstrapServers) throws Exception {
    List<Contender> all = new ArrayList<>();
    boolean withPython = Contender.missingPython(context).isEmpty();
    for (ProcessingGuarantee guarantee : ProcessingGuarantee.values()) {
      String suffix = "-" + Contender.setting(guarantee).replace('_', '-');
      ServedModel ours = ServedModel.create("ours" + suffix, bootstrapServers);
      try (VersionPublisher publisher =
          new VersionPublisher(ours.context(), ModelSpec.load("lenet"), 2)) {
        var unused = publisher.publish();
      }
      all.add(Contender.ours(context, ours, guarantee));
      if (withPython) {
        ServedModel python = ServedModel.create("python" + suffix, bootstrapServers);
        all.add(Contender.python(context, python, guarantee));
      }
    }
    Contenders started = new Contenders(all, new ArrayList<>(), new TreeMap<>());
    try {
      started.startProcesses();
      return started;
    } catch (Exception e) {
      started.close();
      throw e;
    }
  }

  private void startProcesses() throws InterruptedException, JsonProcessingException {
    all.forEach(contender -> services.add(Service.start(contender.launch())));
    for (int i = 0; i < all.size(); i++) {
      Contender contender = all.get(i);
      Matcher ready = services.get(i).awaitLine(contender.ready(), ServedModel.START_LIMIT);
      if (contender.side() == Side.PYTHON) {
        new ObjectMapper()
            .readTree(ready.group(1))
            .path("versions")
            .properties()
            .forEach(of -> versions.put(of.getKey(), of.getValue().asText()));
      }
    }
  }

  /** The contender of a side with a guarantee; empty if it does not take part. */
  Optional<Contender> find(Side side, ProcessingGuarantee guarantee) {
    return all.stream().filter(c -> c.side() == side && c.guarantee() == guarantee).findFirst();
  }

  @Override
  public void close() {
    services.forEach(Service::close);
  }
}
