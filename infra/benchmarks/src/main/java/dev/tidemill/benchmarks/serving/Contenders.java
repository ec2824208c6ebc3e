package dev.tidemill.benchmarks.serving;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidemill.benchmarks.BenchContext;
import dev.tidemill.benchmarks.Launch;
import dev.tidemill.benchmarks.Service;
import dev.tidemill.benchmarks.serving.Contender.Side;
import dev.tidemill.engine.ModelSpec;
import dev.tidemill.inference.ProcessingGuarantee;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;

/** All contenders of one benchmark. Their processes run side by side, idle until asked. */
record Contenders(List<Contender> all) implements AutoCloseable {
  private record Ready(Map<String, String> versions) {}

  /**
   * Starts Tidemill's worker and, if Python can run it, the Python loop, with both guarantees;
   * returns when all are ready.
   */
  static Contenders start(BenchContext context, String bootstrapServers) throws Exception {
    Contenders contenders = new Contenders(new ArrayList<>());
    try {
      boolean withPython = context.canRunPython("The Python loop", Contender.MODULES);
      for (ProcessingGuarantee guarantee : ProcessingGuarantee.values()) {
        String suffix = "-" + guarantee.word().replace('_', '-');
        ServedModel ours = ServedModel.create("ours" + suffix, bootstrapServers);
        VersionPublisher.publish(ours, ModelSpec.load("lenet"), 1, 2);
        String setting = "processing.guarantee=" + guarantee.word();
        Launch worker = ours.worker(context.java(), ours.model(), setting);
        contenders.start(Side.OURS, guarantee, ours.target(), worker);
        if (withPython) {
          ServedModel python = ServedModel.create("python" + suffix, bootstrapServers);
          Launch loop = Contender.python(context, python, guarantee);
          contenders.start(Side.PYTHON, guarantee, python.target("raw"), loop);
        }
      }
      for (Contender contender : contenders.all) {
        Matcher line =
            contender.process().awaitLine(contender.side().ready, ServedModel.START_LIMIT);
        if (contender.side() == Side.PYTHON) {
          Ready python = new ObjectMapper().readValue(line.group(1), Ready.class);
          context.report().versions(python.versions());
        }
      }
      return contenders;
    } catch (Exception e) {
      contenders.close();
      throw e;
    }
  }

  private void start(Side side, ProcessingGuarantee guarantee, LoadTarget target, Launch launch) {
    all.add(new Contender(side, guarantee, target, Service.start(launch)));
  }

  @Override
  public void close() {
    all.forEach(contender -> contender.process().close());
  }
}
