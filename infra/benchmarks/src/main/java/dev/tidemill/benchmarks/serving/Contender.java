package dev.tidemill.benchmarks.serving;

import dev.tidemill.benchmarks.BenchContext;
import dev.tidemill.benchmarks.Launch;
import dev.tidemill.benchmarks.Service;
import dev.tidemill.inference.ProcessingGuarantee;
import java.util.regex.Pattern;

/**
 * A worker or the Python loop, which answers requests for a network with a guarantee.
 *
 * @param guarantee holds for answers when a process dies
 */
record Contender(Side side, ProcessingGuarantee guarantee, LoadTarget target, Service process) {

  /** Whose it is. */
  enum Side {
    OURS("Tidemill", ServedModel.SERVES),
    PYTHON("Python loop", Pattern.compile("^ready (\\{.*\\})$"));

    final String title;

    /** Its process writes this when it can answer. */
    final Pattern ready;

    Side(String title, Pattern ready) {
      this.title = title;
      this.ready = ready;
    }
  }

  /** The Python modules that the Python loop imports. */
  static final String[] MODULES = {"torch", "confluent_kafka"};

  /** A guarantee in words. */
  static String words(ProcessingGuarantee guarantee) {
    return guarantee.word().replace('_', ' ');
  }

  /** Launches the Python loop on a model's topics; its weights are random. */
  static Launch python(BenchContext context, ServedModel model, ProcessingGuarantee guarantee) {
    String[] arguments = answererArguments(model, guarantee);
    return context.python().launch(model.model(), "answerer", arguments);
  }

  static String[] answererArguments(ServedModel model, ProcessingGuarantee guarantee) {
    LoadTarget target = model.target("raw");
    return new String[] {
      "--bootstrap-servers", model.bootstrapServers(),
      "--requests", target.requests(),
      "--answers", target.answers(),
      "--guarantee", guarantee.word()
    };
  }

  /** Its name in tables and among rounds. */
  static String title(Side side, ProcessingGuarantee guarantee) {
    return side.title + ", " + words(guarantee);
  }

  String title() {
    return title(side, guarantee);
  }
}
