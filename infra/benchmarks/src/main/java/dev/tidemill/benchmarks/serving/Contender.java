package dev.tidemill.benchmarks.serving;

import dev.tidemill.benchmarks.BenchContext;
import dev.tidemill.benchmarks.Launch;
import dev.tidemill.benchmarks.Report;
import dev.tidemill.benchmarks.Service;
import dev.tidemill.inference.ProcessingGuarantee;
import java.util.List;
import java.util.Locale;
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

  /** The value of Tidemill's setting, and of the Python loop's option. */
  static String setting(ProcessingGuarantee guarantee) {
    return guarantee.name().toLowerCase(Locale.ROOT);
  }

  /** A guarantee in words. */
  static String words(ProcessingGuarantee guarantee) {
    return setting(guarantee).replace('_', ' ');
  }

  /** Returns whether the Python loop can take part; a note says why not. */
  static boolean pythonCanRun(BenchContext context, Report report) {
    return context.python().canRun("The Python loop", List.of("torch", "confluent_kafka"), report);
  }

  /** Launches the Python loop on a model's topics; its weights are random. */
  static Launch python(BenchContext context, ServedModel model, ProcessingGuarantee guarantee) {
    return context.python().launch(model.model(), "answerer", answererArguments(model, guarantee));
  }

  static List<String> answererArguments(ServedModel model, ProcessingGuarantee guarantee) {
    LoadTarget target = model.target("raw");
    return List.of(
        "--bootstrap-servers", model.bootstrapServers(),
        "--requests", target.requests(),
        "--answers", target.answers(),
        "--guarantee", setting(guarantee));
  }

  /** Its name in tables and among rounds. */
  static String title(Side side, ProcessingGuarantee guarantee) {
    return side.title + ", " + words(guarantee);
  }

  String title() {
    return title(side, guarantee);
  }
}
